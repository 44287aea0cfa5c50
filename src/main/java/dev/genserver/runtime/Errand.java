package dev.genserver.runtime;

import dev.genserver.behaviour.Signal;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Something outside a server that goes on for it and ends in a message of its own: a task, a call
 * to another server, or a monitor, which may bring several.
 */
final class Errand {
  /** The server that is monitored; null: it is no monitor. */
  final @Nullable String monitored;

  private boolean isCancelled;
  private boolean isOver;
  private @Nullable Runnable atEnd;

  Errand(@Nullable String monitored) {
    this.monitored = monitored;
  }

  /** What is to be done when it is over or cancelled, once. */
  void atEnd(Runnable action) {
    boolean isLate;
    synchronized (this) {
      isLate = isOver;
      atEnd = action;
    }
    if (isLate) {
      end();
    }
  }

  /** From now on it brings no message, not even one that is in the mailbox already. */
  void cancel() {
    synchronized (this) {
      isCancelled = true;
    }
    end();
  }

  /** It goes on no more. */
  void end() {
    Runnable action;
    synchronized (this) {
      isOver = true;
      action = atEnd;
      atEnd = null;
    }
    if (action != null) {
      action.run();
    }
  }

  synchronized boolean isCancelled() {
    return isCancelled;
  }

  /** A message that it brings, and whether there is none after it. */
  static final class Delivery extends Envelope {
    final Errand errand;
    final boolean isLast;

    Delivery(Errand errand, boolean isLast, Supplier<Signal> said) {
      super(new Brought(said), Origin.INFO, System.nanoTime(), false);
      this.errand = errand;
      this.isLast = isLast;
    }
  }

  /** What it brings. The server's own code makes a message of it, in the server's own turn. */
  static final class Brought {
    private final Supplier<Signal> said;
    private volatile @Nullable Signal message;

    Brought(Supplier<Signal> said) {
      this.said = said;
    }

    /** Makes the message, in the server's turn; throws what that code throws. */
    Signal make() {
      Signal made = said.get();
      message = made;
      return made;
    }

    /** The message; null if it is not made yet. */
    @Nullable Signal message() {
      return message;
    }
  }
}
