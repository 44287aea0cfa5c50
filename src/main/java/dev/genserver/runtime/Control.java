package dev.genserver.runtime;

import org.jspecify.annotations.Nullable;

/**
 * What holds a server up from outside its mailbox: an operator who has suspended it, or a
 * supervisor that restarts it with others or holds it down. Made for a server when it is first
 * needed.
 *
 * <p>A server that is held up parks: its run leaves its thread before a message that it has taken
 * and not begun. That message keeps the mailbox busy, so nobody else begins to drain; whoever lets
 * the server go on has the run go on.
 */
final class Control {
  /** Past all times: its supervisor says when. */
  static final long OPEN = Long.MAX_VALUE;

  private final Intensity intensity = new Intensity();
  private boolean isSuspended;
  private boolean isHalted;

  /** Until which epoch millisecond it is held down; 0: it is not. */
  private long heldUntil;

  private @Nullable Drain parked;
  private @Nullable Replacement replacement;
  private boolean needsInit;

  /** A state that an operator puts in place of the server's. */
  record Replacement(Object state, Call call) {}

  Intensity intensity() {
    return intensity;
  }

  // Parking.

  /** Parks the run of the server if it is held up, and has nothing to do that doesn't wait. */
  synchronized boolean park(Drain run) {
    if (holdsUp() && replacement == null) {
      parked = run;
      return true;
    }
    return false;
  }

  synchronized boolean holdsUp() {
    return isSuspended || isHalted || heldUntil > 0;
  }

  /** The run that is parked, if it may go on; once. */
  synchronized @Nullable Drain goOn() {
    return holdsUp() ? null : takeParked();
  }

  /** The same, although it may be held up. */
  synchronized @Nullable Drain takeParked() {
    Drain run = parked;
    parked = null;
    return run;
  }

  /** The run that is parked. */
  synchronized @Nullable Drain parked() {
    return parked;
  }

  /** How many messages wait for it outside the mailbox. */
  synchronized int waiting() {
    return parked == null ? 0 : parked.waitingAhead();
  }

  // Why.

  /** False if it was suspended already. */
  synchronized boolean suspend() {
    boolean before = isSuspended;
    isSuspended = true;
    return !before;
  }

  /** False if it was not suspended. */
  synchronized boolean resume() {
    boolean before = isSuspended;
    isSuspended = false;
    return before;
  }

  synchronized boolean isSuspended() {
    return isSuspended;
  }

  /** It handles nothing for the moment in which those beside it are restarted. */
  synchronized void halt() {
    isHalted = true;
  }

  /** It is held down: it handles nothing, and its callers are told until when. */
  synchronized void hold(long until) {
    heldUntil = until;
  }

  synchronized boolean isHalted() {
    return isHalted;
  }

  /** It is held down no more, if it was until then. */
  synchronized void letUp(long until) {
    if (heldUntil == until) {
      letUp();
    }
  }

  /** It is neither halted nor held down any more. */
  synchronized void letUp() {
    isHalted = false;
    heldUntil = 0;
  }

  /** For how many milliseconds it is still held down; 0: it is not. */
  synchronized long heldFor(long now) {
    return heldUntil == 0 ? 0 : heldUntil == OPEN ? 1 : Math.max(1, heldUntil - now);
  }

  // What is to be done before its next message.

  /** Whether nothing would be missed if this were not there. */
  synchronized boolean isIdle() {
    return !holdsUp() && !needsInit && replacement == null;
  }

  synchronized void beginAnew() {
    needsInit = true;
  }

  synchronized boolean isToBeginAnew() {
    return needsInit;
  }

  /** The same, once. */
  synchronized boolean beginsAnew() {
    boolean begins = needsInit;
    needsInit = false;
    return begins;
  }

  /** Puts a state in place of the server's; returns one that was to be put there before. */
  synchronized @Nullable Replacement replace(@Nullable Replacement by) {
    Replacement before = replacement;
    replacement = by;
    needsInit &= by == null; // it goes on with that state
    return before;
  }
}
