package dev.genserver.kinds;

import static org.assertj.core.api.Assertions.assertThat;

import dev.genserver.behaviour.Behaviour;
import dev.genserver.behaviour.Json;
import dev.genserver.behaviour.ManualServer;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.time.Duration;
import java.util.Arrays;
import java.util.function.Function;
import java.util.function.IntFunction;
import java.util.function.ToIntFunction;
import org.junit.jupiter.api.Test;

/** A store full of what has expired is swept in portions, so that others get their turn between. */
class SweepTest {
  private static final int ENTRIES = Boolean.getBoolean("genserver.test.long") ? 1_000_000 : 50_000;

  /** The turn's own time: not the collector's, nor that of others on a busy machine. */
  private static final ThreadMXBean CPU = ManagementFactory.getThreadMXBean();

  private static final Duration LIFE = Duration.ofSeconds(60);

  @Test
  void sessions_allExpired() {
    sweepsInShortTurns(
        new SessionStore(LIFE),
        i -> new SessionStore.Create("u" + i, null),
        sessions -> sessions.byId().size());
  }

  @Test
  void cache_allExpired() {
    sweepsInShortTurns(
        new Cache(ENTRIES, LIFE),
        i -> new Cache.Put("key-" + i, Json.NULL),
        entries -> entries.byKey().size());
  }

  private static <S, O> void sweepsInShortTurns(
      Behaviour<S, O> kind, IntFunction<O> entry, ToIntFunction<S> size) {
    var server = new ManualServer<>(kind);
    for (int i = 0; i < ENTRIES; i++) {
      server.send(entry.apply(i));
      server.pass(Duration.ofNanos(50));
    }
    server.pass(LIFE.plusMillis(1));

    long[] turns = new long[ENTRIES];
    int n = 0;
    while (!server.due().isEmpty()) {
      long began = CPU.getCurrentThreadCpuTime();
      server.deliver(server.due().getFirst());
      turns[n++] = CPU.getCurrentThreadCpuTime() - began;
    }

    assertThat(size.applyAsInt(server.state)).isZero();
    assertThat(server.self.timers).isEmpty();
    assertThat(n).as("turns, so that others come in between").isGreaterThan(ENTRIES / 1000);
    turns = Arrays.copyOf(turns, n);
    Arrays.sort(turns);
    Function<Long, Double> millis = nanos -> nanos / 1e6;
    System.out.printf(
        "%s: %,d expired swept in %,d turns, CPU: median %.2f ms, 90 %% %.2f ms, longest %.2f ms%n",
        kind.getClass().getSimpleName(),
        ENTRIES,
        n,
        millis.apply(turns[n / 2]),
        millis.apply(turns[n * 9 / 10]),
        millis.apply(turns[n - 1]));
    assertThat(millis.apply(turns[n / 2])).isLessThan(10);
    assertThat(millis.apply(turns[n - 1])).as("cold code included").isLessThan(100);
  }
}
