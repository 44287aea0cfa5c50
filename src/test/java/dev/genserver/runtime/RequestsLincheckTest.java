package dev.genserver.runtime;

import dev.genserver.kinds.Counter;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.jetbrains.lincheck.datastructures.IntGen;
import org.jetbrains.lincheck.datastructures.Operation;
import org.jetbrains.lincheck.datastructures.Param;
import org.jetbrains.lincheck.datastructures.StressOptions;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Compare-and-set, retries under a key and batches on one counter: whatever comes at the same time,
 * it is as if one had come after the other.
 */
@Tag("lincheck")
@Param(name = "version", gen = IntGen.class, conf = "0:4")
@Param(name = "key", gen = IntGen.class, conf = "0:2")
public class RequestsLincheckTest {
  private static final int TIMES = Boolean.getBoolean("genserver.test.long") ? 20 : 1;
  private static final Duration LONG = Duration.ofMinutes(10);
  private static final Counter.Increment ONE = new Counter.Increment(1);

  private final Servers servers = ServersLincheckTest.servers();

  private Outcome call(Object message) {
    return servers.call(ServersLincheckTest.COUNTERS, "a", message, LONG, true);
  }

  private static long value(Outcome outcome) {
    return switch (outcome) {
      case Outcome.Replied(Counter.Count(long value), var _) -> value;
      case Outcome.Replayed(Outcome first) -> value(first);
      case Outcome.VersionMismatch() -> -1;
      case Outcome.InProgress() -> -2;
      case Outcome other -> throw new IllegalStateException(other.toString());
    };
  }

  /** Adds 1 if the counter is at this version; −1 if it is not. */
  @Operation
  public long incrementAt(@Param(name = "version") int version) {
    Outcome.Replied now = (Outcome.Replied) call(new Request(new Counter.Value(), null, null));
    String tag = new dev.genserver.runtime.Tag(now.tag().incarnation(), version).toString();
    return value(call(new Request(ONE, new Condition.Matches(Set.of(tag)), null)));
  }

  /** Adds 1, once for each key; a repeat that comes too early is sent again. */
  @Operation
  public long incrementOnce(@Param(name = "key") int key) {
    long value;
    do {
      value = value(call(new Request(ONE, null, "key" + key)));
    } while (value == -2);
    return value;
  }

  /** Adds 1 twice in one turn; the sum in between. */
  @Operation
  public long incrementTwice() {
    Outcome.Replies replies = (Outcome.Replies) call(new Batch(List.of(ONE, ONE), true));
    return value(replies.outcomes().getFirst());
  }

  @Test
  void stress() {
    new StressOptions()
        .threads(3)
        .actorsPerThread(3)
        .iterations(10 * TIMES)
        .invocationsPerIteration(500)
        .sequentialSpecification(Spec.class)
        .check(RequestsLincheckTest.class);
  }

  /** What a counter is to be. */
  public static class Spec {
    private long version;
    private final long[] first = new long[3];

    /** See {@link RequestsLincheckTest#incrementAt}. */
    public long incrementAt(int at) {
      return version == at ? ++version : -1;
    }

    /** See {@link RequestsLincheckTest#incrementOnce}. */
    public long incrementOnce(int key) {
      if (first[key] == 0) {
        first[key] = ++version;
      }
      return first[key];
    }

    /** See {@link RequestsLincheckTest#incrementTwice}. */
    public long incrementTwice() {
      version += 2;
      return version - 1;
    }
  }
}
