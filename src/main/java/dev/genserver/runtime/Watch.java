package dev.genserver.runtime;

import dev.genserver.wire.Kind;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * One watcher of a query: it is given what the query comes to now, and again each time a commit
 * changes that. One that is slow is given the newest only.
 *
 * <p>It belongs to the thread that began it. Closing it gives its place among {@link
 * Limits#watchers} back.
 */
public final class Watch implements AutoCloseable {
  /** Why no more comes. */
  public enum End {
    /** The server was stopped. */
    STOPPED,
    /** The service shuts down. */
    SHUTDOWN
  }

  /** What a query came to. */
  static final class Event {
    final Outcome outcome;

    /** Of the server then. */
    final long version;

    /** The same as its watchers get it. */
    final byte[] rendered;

    Event(Outcome outcome, long version, byte[] rendered) {
      this.outcome = outcome;
      this.version = version;
      this.rendered = rendered;
    }

    /** Whether it tells something to a watcher who has that one. */
    boolean isNewsAfter(Event other) {
      return version > other.version && !says(other.outcome);
    }

    /** Whether it says the same, be it of another version. */
    boolean says(Outcome other) {
      if (outcome instanceof Outcome.Replied(Object value, Tag _)
          && other instanceof Outcome.Replied(Object its, Tag _)) {
        return Objects.equals(value, its);
      }
      return outcome.equals(other);
    }
  }

  final Kind kind;
  final String name;
  final Object query;
  final Function<Outcome, byte[]> renderer;

  private final Watches watches;
  private final Thread watcher = Thread.currentThread();
  private @Nullable Outcome first;
  private @Nullable Event given;
  private @Nullable Event toGive;
  private @Nullable End over;
  private volatile @Nullable End end;

  /** Where it gets its events from; null: it has no place, or has given it back. */
  volatile Watched.@Nullable Group group;

  Watch(Watches watches, Kind kind, String name, Object query, Function<Outcome, byte[]> renderer) {
    this.watches = watches;
    this.kind = kind;
    this.name = name;
    this.query = query;
    this.renderer = renderer;
  }

  /**
   * Takes what the query came to as a message, sent when the watch had its place already: so no
   * change is missed, and those that the message saw are known by their versions.
   */
  void begin(Outcome outcome) {
    if (!(outcome instanceof Outcome.Replied(Look.Seen(Outcome seen, long version), Tag _))) {
      first = outcome;
      return;
    }
    first = seen;
    toGive = new Event(seen, version, renderer.apply(seen));
    Watched.Group among = group;
    if (among != null) {
      among.hasNewcomer = true;
    }
  }

  /** What the query came to at first: if that is neither a reply nor refused, there is no more. */
  public Outcome first() {
    return Objects.requireNonNull(first, "it has not begun");
  }

  /** Waits for what is to be told next; null if it is nothing for so long, or over. */
  public byte @Nullable [] next(Duration limit) {
    long until = System.nanoTime() + limit.toNanos();
    Event event;
    while ((event = news()) == null && end == null) {
      long left = until - System.nanoTime();
      if (left <= 0 || Thread.currentThread().isInterrupted()) {
        return null;
      }
      LockSupport.parkNanos(this, left);
    }
    if (event == null && (event = news()) == null) { // what came just before the end comes first
      over = end;
      return null;
    }
    given = event;
    return event.rendered;
  }

  private @Nullable Event news() {
    Event own = toGive;
    if (own != null) {
      toGive = null;
      return own;
    }
    Watched.Group among = group;
    Event newest = among == null ? null : among.newest;
    Event before = given;
    return newest != null && before != null && newest.isNewsAfter(before) ? newest : null;
  }

  /** Why no more comes; null as long as {@link #next} may give something. */
  public @Nullable End over() {
    return over;
  }

  void end(End why) {
    end = why;
    wake();
  }

  void wake() {
    LockSupport.unpark(watcher);
  }

  @Override
  public void close() {
    watches.leave(this);
  }
}
