package dev.genserver.bench;

import dev.genserver.behaviour.Behaviour;
import dev.genserver.kinds.Counter;
import dev.genserver.kinds.KeyValueStore;
import dev.genserver.kinds.Stack;
import dev.genserver.runtime.Durability;
import dev.genserver.runtime.Limits;
import dev.genserver.runtime.Listener;
import dev.genserver.runtime.MonotonicClock;
import dev.genserver.runtime.Origin;
import dev.genserver.runtime.Servers;
import dev.genserver.store.StateStore;
import dev.genserver.wire.Kind;
import dev.genserver.wire.Kinds;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import org.jspecify.annotations.Nullable;

/** Servers without Spring, HTTP and meters. */
final class House implements AutoCloseable {
  static final Duration TIMEOUT = Duration.ofSeconds(30);

  private final Kinds kinds;
  final Kind counters;
  final Kind stores;
  final Servers servers;
  private final ExecutorService executor = Executors.newVirtualThreadPerTaskExecutor();
  private final ScheduledThreadPoolExecutor clockwork = new ScheduledThreadPoolExecutor(1);

  /** A house in memory. */
  House() {
    this(null);
  }

  /** A house with a store. */
  House(@Nullable StateStore store) {
    this(store, Stack.class);
  }

  /** The same with a kind of the benchmark's own. */
  House(@Nullable StateStore store, Class<? extends Behaviour<?, ?>> more) {
    kinds = new Kinds(List.of(Counter.class, KeyValueStore.class, more));
    counters = kinds.of(Counter.class);
    stores = kinds.of(KeyValueStore.class);
    Limits limits =
        new Limits(
            2_000_000,
            2_000_000,
            10_000,
            10_000,
            10_000,
            10_000,
            10_000,
            Duration.ofDays(1),
            Duration.ZERO,
            true,
            false,
            Duration.ofHours(1),
            store == null ? Durability.MEMORY : Durability.FSYNC,
            Map.of());
    servers =
        new Servers(
            kinds, limits, new MonotonicClock(), executor, clockwork, new Deaf(), store, executor);
  }

  Kind kind(Class<? extends Behaviour<?, ?>> type) {
    return kinds.of(type);
  }

  @Override
  public void close() {
    servers.shutDown();
    clockwork.shutdownNow();
    executor.close();
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
