package dev.genserver.runtime;

import dev.genserver.kinds.Counter;
import dev.genserver.wire.Kind;
import dev.genserver.wire.Kinds;
import java.lang.reflect.Proxy;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ScheduledExecutorService;
import org.jetbrains.lincheck.datastructures.ModelCheckingOptions;
import org.jetbrains.lincheck.datastructures.Operation;
import org.jetbrains.lincheck.datastructures.StressOptions;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * A counter behind its door against a plain number: whoever finds it idle drains it on the spot, so
 * that all of waking, draining, answering and falling idle is in play, and the start on first use
 * with it.
 */
@Tag("lincheck")
public class ServersLincheckTest {
  private static final int TIMES = Boolean.getBoolean("genserver.test.long") ? 20 : 1;
  private static final Kinds KINDS = new Kinds(List.of(Counter.class));
  static final Kind COUNTERS = KINDS.of(Counter.class);
  private static final Duration LONG = Duration.ofMinutes(10);
  private static final Limits LIMITS = new Limits(1, 1, 100, LONG, true);
  private static final ScheduledExecutorService CLOCKWORK =
      (ScheduledExecutorService)
          Proxy.newProxyInstance(
              ScheduledExecutorService.class.getClassLoader(),
              new Class<?>[] {ScheduledExecutorService.class},
              (proxy, method, arguments) -> null);

  private final Servers servers = servers();

  static Servers servers() {
    return new Servers(
        KINDS,
        LIMITS,
        Clock.systemUTC(),
        Runnable::run,
        CLOCKWORK,
        new Deaf(),
        null,
        Runnable::run,
        LONG,
        LONG);
  }

  /** Adds 1 and waits for the sum. */
  @Operation
  public long call() {
    return switch (servers.call(COUNTERS, "a", new Counter.Increment(1), LONG, true)) {
      case Outcome.Replied(Counter.Count(long value), var _) -> value;
      case Outcome other -> throw new IllegalStateException(other.toString());
    };
  }

  /** Adds 1 and waits for nothing. */
  @Operation
  public void cast() {
    servers.cast(COUNTERS, "a", new Counter.Increment(1), true);
  }

  @Test
  void modelChecking() {
    new ModelCheckingOptions()
        .threads(2)
        .actorsPerThread(2)
        .actorsBefore(1)
        .actorsAfter(1)
        .iterations(2 * TIMES)
        .invocationsPerIteration(100 * TIMES)
        .sequentialSpecification(Sum.class)
        .check(ServersLincheckTest.class);
  }

  @Test
  void stress() {
    new StressOptions()
        .threads(3)
        .actorsPerThread(3)
        .iterations(5 * TIMES)
        .invocationsPerIteration(500)
        .sequentialSpecification(Sum.class)
        .check(ServersLincheckTest.class);
  }

  /** What a counter is to be. */
  public static class Sum {
    private long sum;

    /** See {@link ServersLincheckTest#call}. */
    public long call() {
      return ++sum;
    }

    /** See {@link ServersLincheckTest#cast}. */
    public void cast() {
      sum++;
    }
  }

  private static final class Deaf implements Listener {
    @Override
    public void committed(int servers, int turns, boolean synced, boolean done, long nanos) {}

    @Override
    public void handled(Kind kind, Origin origin, Result result, long waited, long handled) {}

    @Override
    public void rejected(Kind kind, Rejection why) {}

    @Override
    public void restarted(Kind kind) {}

    @Override
    public void timedOut(Kind kind, boolean started) {}

    @Override
    public void counted(Kind kind, String event, long times) {}
  }
}
