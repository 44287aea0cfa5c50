package dev.genserver.web;

import dev.genserver.runtime.Outcome;
import dev.genserver.runtime.Posted;
import dev.genserver.runtime.Servers;
import dev.genserver.wire.Kind;
import java.io.Serial;
import java.util.concurrent.atomic.AtomicReference;
import org.eclipse.jetty.io.CyclicTimeouts;
import org.jspecify.annotations.Nullable;

/**
 * An exchange on a thread that must not wait. Where there is no outcome yet, {@link #call} leaves
 * as {@link Later}; when there is one, the controller is called once more, and gets it.
 */
final class Unwaiting extends Exchange implements CyclicTimeouts.Expirable {
  private static final Object ASKED = new Object();

  /** Null, then {@link #ASKED}, what to do when there is an outcome, and at last the outcome. */
  private final AtomicReference<@Nullable Object> state = new AtomicReference<>();

  private long expires;
  private @Nullable Posted posted;

  Unwaiting(Head head, @Nullable String timeout) {
    super(head, timeout, null);
  }

  @Override
  void mayWait() {
    throw new Elsewhere();
  }

  @Override
  Outcome call(Servers servers, Kind kind, String name, Object message, boolean startIfMissing) {
    if (state.compareAndSet(null, ASKED)) {
      posted = servers.post(kind, name, message, limit(), startIfMissing, this::arrived);
    }
    if (state.get() instanceof Outcome outcome) {
      return outcome;
    }
    expires = System.nanoTime() + limit().toNanos(); // not before it is over for the call, too
    throw new Later();
  }

  @Override
  Outcome cast(Servers servers, Kind kind, String name, Object message) {
    Outcome outcome = servers.castAtOnce(kind, name, message, true);
    if (outcome == null) {
      throw new Elsewhere();
    }
    return outcome;
  }

  private void arrived(Outcome outcome) {
    if (state.getAndSet(outcome) instanceof Runnable then) {
      then.run();
    }
  }

  /** Has this done when there is an outcome; at once, if it has come meanwhile. */
  void then(Runnable then) {
    if (!state.compareAndSet(ASKED, then)) {
      then.run();
    }
  }

  @Override
  public long getExpireNanoTime() {
    return expires;
  }

  /** Gives up waiting, for it is time. */
  void expire() {
    if (posted != null) {
      posted.expire(System.nanoTime());
    }
  }

  /** There is no outcome yet. */
  static final class Later extends RuntimeException {
    @Serial private static final long serialVersionUID = 1;

    Later() {
      super(null, null, false, false);
    }
  }

  /** Nothing was done: it has to be done where one may wait. */
  static final class Elsewhere extends RuntimeException {
    @Serial private static final long serialVersionUID = 1;

    Elsewhere() {
      super(null, null, false, false);
    }
  }
}
