package dev.genserver.runtime;

import dev.genserver.wire.Kind;

/**
 * Hears what happens in the runtime, on the thread on which it happens: it must be quick and must
 * not throw.
 */
public interface Listener {
  /** What became of a message that was taken from its mailbox. */
  enum Result {
    /** It was answered, or would have been had anybody waited. */
    REPLIED,
    /** It was answered with a domain "no". */
    REFUSED,
    /** Its answer comes later. */
    DEFERRED,
    /** It threw. */
    CRASHED,
    /** It was not run, because nobody waited for it any more. */
    DROPPED
  }

  /** Why a message was not taken in. */
  enum Rejection {
    /** See {@link Outcome.MailboxFull}. */
    MAILBOX_FULL,
    /** See {@link Outcome.LimitReached}. */
    LIMIT_REACHED,
    /** See {@link Outcome.StoreUnavailable}. */
    STORE_UNAVAILABLE,
    /** See {@link Outcome.Restarting}. */
    RESTARTING,
    /** See {@link Outcome.ShuttingDown}. */
    SHUTTING_DOWN
  }

  /**
   * A message left its mailbox after {@code waited} ns, and its handler took {@code handled} ns.
   */
  void handled(Kind kind, Origin origin, Result result, long waited, long handled);

  /** A message or a start was turned away. */
  void rejected(Kind kind, Rejection why);

  /** A server was restarted. */
  void restarted(Kind kind);

  /** A caller gave up; {@code started} if its message was in hand. */
  void timedOut(Kind kind, boolean started);

  /**
   * A transaction of the store is over, or has failed.
   *
   * @param servers how many servers it changed
   * @param turns how many turns waited for it
   * @param synced whether it was to outlive a crash of the machine
   * @param nanos how long it took
   */
  void committed(int servers, int turns, boolean synced, boolean done, long nanos);

  /** A handler counted something, see {@link dev.genserver.behaviour.Self#count}. */
  void counted(Kind kind, String event, long times);
}
