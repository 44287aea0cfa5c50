package dev.genserver.runtime;

import dev.genserver.behaviour.Behaviour;
import dev.genserver.kinds.Album;
import dev.genserver.kinds.Clerk;
import dev.genserver.kinds.Counter;
import dev.genserver.kinds.Diary;
import dev.genserver.kinds.Faulty;
import dev.genserver.kinds.KeyValueStore;
import dev.genserver.kinds.Leaver;
import dev.genserver.kinds.Looper;
import dev.genserver.store.StateStore;
import dev.genserver.wire.Kind;
import dev.genserver.wire.Kinds;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Servers as a test wants them: without Spring, and with time moved by hand. */
final class House implements AutoCloseable {
  static final Duration SOON = Duration.ofMillis(20);
  static final Duration LONG = Duration.ofSeconds(30);
  static final Limits LIMITS = new Limits(1_000, 10, 100, Duration.ofSeconds(10), true);

  static final Limits DURABLE =
      new Limits(
          1_000,
          10,
          100,
          100,
          100,
          100,
          100,
          Duration.ofDays(1),
          Duration.ofSeconds(10),
          true,
          false,
          Duration.ofDays(1),
          Durability.FSYNC,
          Map.of());

  final Kinds kinds =
      new Kinds(
          List.of(
              Faulty.class,
              Counter.class,
              KeyValueStore.class,
              Leaver.class,
              Diary.class,
              Album.class,
              Clerk.class,
              Looper.class));
  final Kind faulty = kinds.of(Faulty.class);
  final Kind counters = kinds.of(Counter.class);
  final Kind stores = kinds.of(KeyValueStore.class);
  final Kind diaries = kinds.of(Diary.class);
  final Kind albums = kinds.of(Album.class);
  final Kind clerks = kinds.of(Clerk.class);
  final Kind loopers = kinds.of(Looper.class);
  final Kind leavers = kinds.of(Leaver.class);

  final HandClock clock = new HandClock();
  final HandClockwork clockwork = new HandClockwork();
  final Heard heard = new Heard();
  final ExecutorService executor = Executors.newVirtualThreadPerTaskExecutor();
  final Servers servers;

  House() {
    this(LIMITS, LONG, LONG);
  }

  House(Limits limits, Duration grace, Duration stuck) {
    this(limits, grace, stuck, null);
  }

  /** A house of durable servers. */
  House(StateStore store) {
    this(DURABLE, SOON, LONG, store);
  }

  private House(Limits limits, Duration grace, Duration stuck, @Nullable StateStore store) {
    servers =
        new Servers(
            kinds, limits, clock, executor, clockwork, heard, store, executor, grace, stuck);
  }

  Outcome start(String name) {
    return servers.start(faulty, name, new Faulty("ok"), Wanted.NOTHING, LONG);
  }

  Outcome start(String name, Behaviour<?, ?> arguments) {
    return servers.start(kinds.of(type(arguments)), name, arguments, Wanted.NOTHING, LONG);
  }

  @SuppressWarnings("unchecked")
  private static Class<? extends Behaviour<?, ?>> type(Behaviour<?, ?> arguments) {
    return (Class<? extends Behaviour<?, ?>>) arguments.getClass();
  }

  Outcome call(String name, Faulty.Op message) {
    return servers.call(faulty, name, message, LONG, true);
  }

  Outcome cast(String name, Faulty.Op message) {
    return servers.cast(faulty, name, message, true);
  }

  /** Calls from a thread of its own; returns when its message is in the mailbox. */
  CompletableFuture<Outcome> calling(String name, Faulty.Op message) {
    int before = waiting(name);
    CompletableFuture<Outcome> called = async(() -> call(name, message));
    await(() -> waiting(name) > before || called.isDone());
    return called;
  }

  /** How many messages wait, those in the mailbox of a server that does not run being none. */
  int waiting(String name) {
    Status status = servers.status(faulty, name);
    return status == null ? 0 : status.mailbox();
  }

  @SuppressWarnings("unchecked")
  List<String> texts(String name) {
    return (List<String>) ((Outcome.Replied) call(name, new Faulty.Texts())).value();
  }

  boolean isEnding(String name) {
    Server server = servers.find(faulty, name);
    return server != null && server.ending() != null;
  }

  static <T> CompletableFuture<T> async(Supplier<T> task) {
    CompletableFuture<T> result = new CompletableFuture<>();
    Thread.ofVirtual()
        .start(() -> {
          try {
            result.complete(task.get());
          } catch (Throwable t) {
            result.completeExceptionally(t);
          }
        });
    return result;
  }

  /** Waits for something that nobody tells of. */
  @SuppressWarnings("ThreadPriorityCheck")
  static void await(Supplier<Boolean> condition) {
    long deadline = System.nanoTime() + LONG.toNanos();
    while (!condition.get()) {
      if (System.nanoTime() - deadline > 0) {
        throw new AssertionError("waited in vain");
      }
      Thread.yield();
    }
  }

  /** Moves the time, and has the timers that are then due deliver. */
  void advance(Duration by) {
    clock.now = clock.now.plus(by);
    clockwork.advance(by);
  }

  @Override
  public void close() {
    clockwork.shutdownNow();
    executor.shutdownNow();
  }

  /** A clock that stands still. */
  static final class HandClock extends Clock {
    volatile Instant now = Instant.parse("2026-01-01T00:00:00Z");

    @Override
    public Instant instant() {
      return now;
    }

    @Override
    public ZoneId getZone() {
      return ZoneOffset.UTC;
    }

    @Override
    public Clock withZone(ZoneId zone) {
      return this;
    }
  }

  /** Timers that are due when the test says so. What repeats is left to the real time. */
  static final class HandClockwork extends ScheduledThreadPoolExecutor {
    private record Task(long due, Runnable action, ScheduledFuture<?> handle) {}

    private final PriorityQueue<Task> tasks =
        new PriorityQueue<>((a, b) -> Long.compare(a.due, b.due));
    private long now;

    HandClockwork() {
      super(1);
      setRemoveOnCancelPolicy(true);
    }

    @Override
    public synchronized ScheduledFuture<?> schedule(Runnable task, long delay, TimeUnit unit) {
      ScheduledFuture<?> handle = super.schedule(() -> {}, 1_000, TimeUnit.DAYS);
      long due = now + unit.toNanos(delay);
      tasks.add(new Task(due < now ? Long.MAX_VALUE : due, task, handle));
      return handle;
    }

    /** How many timers wait. */
    synchronized long waiting() {
      return tasks.stream().filter(task -> !task.handle.isCancelled()).count();
    }

    void advance(Duration by) {
      long until = now + by.toNanos();
      Task next;
      while ((next = next(until)) != null) {
        if (next.handle.cancel(false)) {
          next.action.run();
        }
      }
    }

    private synchronized Task next(long until) {
      Task next = tasks.peek();
      if (next == null || next.due > until) {
        now = until;
        return null;
      }
      now = Math.max(now, next.due); // whoever sets a timer meanwhile counts from here
      return tasks.poll();
    }
  }

  /** Everything that the runtime told. */
  static final class Heard implements Listener {
    final Queue<String> events = new ConcurrentLinkedQueue<>();

    @Override
    public void handled(Kind kind, Origin origin, Result result, long waited, long handled) {
      events.add(origin + " " + result);
    }

    @Override
    public void rejected(Kind kind, Rejection why) {
      events.add("rejected " + why);
    }

    @Override
    public void committed(int servers, int turns, boolean synced, boolean done, long nanos) {
      events.add("committed " + done);
    }

    @Override
    public void restarted(Kind kind) {
      events.add("restarted");
    }

    @Override
    public void timedOut(Kind kind, boolean started) {
      events.add("timed out " + started);
    }

    @Override
    public void counted(Kind kind, String event, long times) {
      events.add(event + " " + times);
    }
  }
}
