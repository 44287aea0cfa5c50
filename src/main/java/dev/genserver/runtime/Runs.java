package dev.genserver.runtime;

import dev.genserver.wire.Kind;
import java.time.Duration;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The runs that are under way: each server that has messages is in one, on one thread. */
final class Runs {
  private final Set<Drain> underWay = ConcurrentHashMap.newKeySet();
  private final Set<Drain> parked = ConcurrentHashMap.newKeySet();
  private final Carriers carriers = new Carriers();
  private final Executor executor;
  private volatile boolean isAwaited;

  Runs(Executor executor) {
    this.executor = executor;
  }

  /** Begins a run, on the thread of a caller if {@code here}. */
  void begin(Drain run, boolean here) {
    underWay.add(run);
    if (here) {
      run.runHere();
    } else {
      executor.execute(run);
    }
  }

  /** A run parks: it is over until it is unparked. */
  void park(Drain run) {
    parked.add(run);
    over(run);
  }

  /** It does not any more; it must be on a thread, or be begun. */
  void unpark(Drain run) {
    underWay.add(run);
    parked.remove(run);
  }

  /** A run is over. */
  void over(Drain run) {
    underWay.remove(run);
    if (isAwaited) {
      synchronized (underWay) {
        underWay.notifyAll();
      }
    }
  }

  /** Waits until there are none; false if that takes too long. */
  boolean awaitNone(Duration limit) {
    isAwaited = true;
    long deadline = System.nanoTime() + limit.toNanos();
    synchronized (underWay) {
      while (!underWay.isEmpty()) {
        long left = TimeUnit.NANOSECONDS.toMillis(deadline - System.nanoTime());
        if (left <= 0) {
          return false;
        }
        try {
          underWay.wait(left);
        } catch (InterruptedException e) {
          Thread.currentThread().interrupt();
          return false;
        }
      }
    }
    return true;
  }

  void forEach(Consumer<Drain> action) {
    underWay.forEach(action);
  }

  /** The run in which this server is, or null. */
  @Nullable Drain of(Server server) {
    for (Drain run : underWay) {
      if (run.server().equals(server)) {
        return run;
      }
    }
    return null;
  }

  int count() {
    return underWay.size();
  }

  /** The servers of this kind that are in one, or would be were they not parked. */
  Stream<Server> servers(Kind kind) {
    return Stream.concat(underWay.stream(), parked.stream())
        .map(Drain::server)
        .filter(server -> server.kind() == kind)
        .distinct();
  }

  /** Reports handlers that take longer than this, and lends the scheduler threads for them. */
  void lookForStuck(Duration limit) {
    long now = System.nanoTime();
    Set<Thread> stuck = new HashSet<>();
    for (Drain run : underWay) {
      Thread thread = run.stuck(now, limit.toNanos());
      if (thread != null) {
        stuck.add(thread);
      }
    }
    carriers.lendFor(stuck);
  }
}
