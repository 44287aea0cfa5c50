package dev.genserver.runtime;

import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** What has happened to servers lately, and a place to wait for more. */
public final class Events {
  /** So many are kept for those who come again. */
  private static final int KEPT = 1024;

  private final ReentrantLock lock = new ReentrantLock();
  private final Condition more = lock.newCondition();

  /** By id, modulo its length. */
  private final @Nullable Event[] kept = new @Nullable Event[KEPT];

  /** Beyond those of an earlier process, so that nobody who comes again mistakes them. */
  private long last = System.currentTimeMillis() * 1000;

  private boolean isOver;

  Events() {}

  /** What can happen. */
  public enum Type {
    STARTED,
    CRASHED,
    RESTARTED,
    SUSPENDED,
    RESUMED,
    STOPPED;

    /** Whether the server went down by it, if only for a moment. */
    boolean isDown() {
      return this == STOPPED || this == RESTARTED;
    }
  }

  /**
   * Something that has happened.
   *
   * @param id greater than those of all events before
   * @param reason in a word or a few
   */
  public record Event(long id, String kind, String name, Type type, String reason, Instant at) {
    /** Whether it has happened to this server. */
    public boolean isOf(String ofKind, String ofName) {
      return kind.equals(ofKind) && name.equals(ofName);
    }
  }

  void publish(Server server, Type type, String reason, Instant at) {
    lock.lock();
    try {
      last++;
      kept[(int) (last % KEPT)] =
          new Event(last, server.kind().name(), server.name, type, reason, at);
      more.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /** No more come. */
  void end() {
    lock.lock();
    try {
      isOver = true;
      more.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /** Whether no more come. */
  public boolean isOver() {
    lock.lock();
    try {
      return isOver;
    } finally {
      lock.unlock();
    }
  }

  /** The id of the newest event. */
  public long last() {
    lock.lock();
    try {
      return last;
    } finally {
      lock.unlock();
    }
  }

  /** The newest event of this kind about a server, if it is still kept. */
  @Nullable Event newest(String kind, String name, Type type) {
    lock.lock();
    try {
      for (long id = last; id > last - KEPT; id--) {
        Event event = kept[(int) (id % KEPT)];
        if (event != null && event.isOf(kind, name) && event.type() == type) {
          return event;
        }
      }
      return null;
    } finally {
      lock.unlock();
    }
  }

  /** How many wait for more. */
  int waiting() {
    lock.lock();
    try {
      return lock.getWaitQueueLength(more);
    } finally {
      lock.unlock();
    }
  }

  /** Waits for the first such event after the one of this id; null if none comes in time. */
  public @Nullable Event next(long after, Predicate<Event> wanted, Duration limit) {
    long deadline = System.nanoTime() + limit.toNanos();
    lock.lock();
    try {
      long id = after;
      while (true) {
        for (id = Math.max(id, last - KEPT) + 1; id <= last; id++) {
          Event event = kept[(int) (id % KEPT)];
          if (event != null && wanted.test(event)) {
            return event;
          }
        }
        id = last;
        long left = deadline - System.nanoTime();
        if (isOver || left <= 0) {
          return null;
        }
        var _ = more.await(left, TimeUnit.NANOSECONDS);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return null;
    } finally {
      lock.unlock();
    }
  }
}
