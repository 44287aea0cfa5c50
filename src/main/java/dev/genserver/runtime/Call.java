package dev.genserver.runtime;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/** An envelope that a thread waits for. */
class Call extends Envelope {
  private static final VarHandle OUTCOME;

  static {
    try {
      OUTCOME = MethodHandles.lookup().findVarHandle(Call.class, "outcome", Outcome.class);
    } catch (ReflectiveOperationException e) {
      throw new ExceptionInInitializerError(e);
    }
  }

  private final long deadline;
  private final Thread caller = Thread.currentThread();
  private volatile @Nullable Outcome outcome;

  /**
   * Identifies the call in a {@link dev.genserver.behaviour.From}; 0 until a handler asks for one.
   */
  long id;

  /** The calls among which it waits once it was deferred. */
  volatile @Nullable Deferred deferred;

  /** Where it stands while it is under way, if it came with an idempotency key. */
  private @Nullable Underway underway;

  private String place = "";
  private String fingerprint = "";

  Call(Object message, Origin origin, long sentAt, Duration timeout, boolean mayStart) {
    super(message, origin, sentAt, mayStart);
    this.deadline = sentAt + timeout.toNanos();
  }

  long deadline() {
    return deadline;
  }

  /** Whether its caller has its answer, or has given up. */
  boolean isOver() {
    return outcome != null;
  }

  @Override
  boolean expired(long now) {
    return now - deadline >= 0;
  }

  @Override
  void complete(Outcome outcome) {
    if (!outcome.equals(Outcome.TimedOut.STARTED)) {
      releaseKey(); // first, or a sender that repeats it at once would be too early
    }
    if (OUTCOME.compareAndSet(this, null, outcome)) {
      tell(outcome);
    }
  }

  /** Lets the sender know. */
  void tell(Outcome outcome) {
    LockSupport.unpark(caller);
  }

  /** Says what it asks for under its idempotency key. */
  void claims(String place, String fingerprint) {
    this.place = place;
    this.fingerprint = fingerprint;
  }

  /** From now on its idempotency key is taken, until it is sure what has come of it. */
  void claimed(Underway among) {
    this.underway = among;
  }

  /**
   * Its idempotency key is free again: it is sure what has come of it, or nobody will ever know.
   */
  void releaseKey() {
    if (underway != null) {
      underway.release(place, this);
    }
  }

  /** Whether it came with an idempotency key. */
  final boolean hasKey() {
    return message instanceof Request request && request.key() != null;
  }

  /** See {@link Answer#fingerprint}; empty if it came without an idempotency key. */
  String fingerprint() {
    return fingerprint;
  }

  /**
   * Waits for the outcome, until the deadline at most. An interrupt does not end the wait, but is
   * kept.
   */
  Outcome await() {
    Outcome seen = await(deadline);
    return seen == null ? giveUp() : seen;
  }

  /** Waits for the outcome until this {@link System#nanoTime}; null if it has not come by then. */
  @Nullable Outcome await(long until) {
    boolean interrupted = false;
    Outcome seen;
    while ((seen = outcome) == null) {
      long left = until - System.nanoTime();
      if (left <= 0) {
        break;
      }
      LockSupport.parkNanos(this, left);
      interrupted |= Thread.interrupted();
    }
    if (interrupted) {
      caller.interrupt();
    }
    return seen;
  }

  final Outcome giveUp() {
    complete(drop() ? Outcome.TimedOut.NOT_STARTED : Outcome.TimedOut.STARTED);
    Deferred among = deferred;
    if (among != null && !hasKey()) { // whoever repeats it is to hear what will have come of it
      among.forget(this);
    }
    return (Outcome) OUTCOME.getVolatile(this);
  }
}
