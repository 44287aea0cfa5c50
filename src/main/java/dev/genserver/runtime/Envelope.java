package dev.genserver.runtime;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * A message on its way: what it says, where it came from, until when somebody waits for it, and how
 * far it has come.
 */
class Envelope {
  private static final AtomicInteger NONE = new AtomicInteger();
  private static final VarHandle PHASE;

  /** In the mailbox. */
  private static final int WAITING = 0;

  /** In its handler. */
  private static final int STARTED = 1;

  /** Its step was taken over by the server. */
  private static final int COMMITTED = 2;

  /**
   * It will never have an effect: nobody waits for it any more, or it was taken away from its
   * handler.
   */
  private static final int OVER = 3;

  static {
    try {
      PHASE = MethodHandles.lookup().findVarHandle(Envelope.class, "phase", int.class);
    } catch (ReflectiveOperationException e) {
      throw new ExceptionInInitializerError(e);
    }
  }

  final Object message;
  final Origin origin;

  /** {@link System#nanoTime} when it was sent. */
  final long sentAt;

  /** Whether it may start a server that is not there, with its kind's defaults. */
  final boolean mayStart;

  /**
   * The envelope that lay on top when this one was put into the mailbox; used by {@link Mailbox}
   * alone.
   */
  @Nullable Envelope below;

  /** The envelope to handle after this one; used by {@link Mailbox} alone. */
  @Nullable Envelope next;

  /**
   * How many counted messages came in with this one since the server woke; used by {@link Mailbox}
   * alone.
   */
  int position;

  /**
   * How many of these have left, shared with the envelopes around; used by {@link Mailbox} alone.
   */
  AtomicInteger taken = NONE;

  @SuppressWarnings("unused")
  private volatile int phase;

  Envelope(Object message, Origin origin, long sentAt, boolean mayStart) {
    this.message = message;
    this.origin = origin;
    this.sentAt = sentAt;
    this.mayStart = mayStart;
  }

  /** A message that the runtime sends. */
  static Envelope info(Object message) {
    return new Envelope(message, Origin.INFO, System.nanoTime(), false);
  }

  /** Whether it may be handled; from then on it has started. */
  final boolean start(long now) {
    return !expired(now) && PHASE.compareAndSet(this, WAITING, STARTED);
  }

  /** Makes sure that it never starts, if it has not. */
  final boolean drop() {
    return PHASE.compareAndSet(this, WAITING, OVER);
  }

  /** Whether it has not begun. */
  final boolean isWaiting() {
    return phase == WAITING;
  }

  /** Whether the step of its handler may take effect; from then on it has. */
  final boolean commit() {
    return PHASE.compareAndSet(this, STARTED, COMMITTED);
  }

  /** Makes sure that the step of its handler never takes effect, if it has not. */
  final boolean takeAway() {
    return PHASE.compareAndSet(this, STARTED, OVER);
  }

  /** Whether whoever waits for it has given up by now, or is about to. */
  boolean expired(long now) {
    return false;
  }

  /** Tells whoever waits what has come of it. */
  void complete(Outcome outcome) {}
}
