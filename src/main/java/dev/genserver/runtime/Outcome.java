package dev.genserver.runtime;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** What has come of a request to a server. */
public sealed interface Outcome {

  /**
   * The handler's reply.
   *
   * @param value null if it had nothing to say beyond that it was done
   * @param tag names the version that the message has left, if it was sent as a {@link Request} and
   *     there still is what it was about
   */
  record Replied(@Nullable Object value, @Nullable Tag tag) implements Outcome {
    /** A reply without a tag. */
    public Replied(@Nullable Object value) {
      this(value, null);
    }
  }

  /** What has come of each message of a {@link Batch}, in their order. */
  record Replies(List<Outcome> outcomes) implements Outcome {}

  /**
   * Nothing was done of an atomic {@link Batch}.
   *
   * @param item the number of the message that was to blame, from 0
   * @param why what would have come of it
   */
  record Undone(int item, Outcome why) implements Outcome {}

  /**
   * The same message came before under its idempotency key, and this is what came of it then. A
   * reply that was stored meanwhile is {@link dev.genserver.behaviour.Json}.
   */
  record Replayed(Outcome first) implements Outcome {}

  /** A message with the same idempotency key is under way. Nothing was done. */
  record InProgress() implements Outcome {
    static final InProgress INSTANCE = new InProgress();
  }

  /** Another message came before with the same idempotency key. Nothing was done. */
  record KeyReused() implements Outcome {
    static final KeyReused INSTANCE = new KeyReused();
  }

  /** The {@link Condition} does not hold. Nothing was done. */
  record VersionMismatch() implements Outcome {
    static final VersionMismatch INSTANCE = new VersionMismatch();
  }

  /** The message is in the mailbox, and nobody waits for it. */
  record Accepted() implements Outcome {
    static final Accepted INSTANCE = new Accepted();
  }

  /** The server runs: {@code created} now, or already with the same arguments. */
  record Started(Status status, boolean created) implements Outcome {}

  /** The server was stopped, as asked. */
  record Ended() implements Outcome {
    static final Ended INSTANCE = new Ended();
  }

  /** A domain "no" of the handler. */
  record Refused(String code, String detail) implements Outcome {}

  /**
   * The handler threw. {@code stateKept}: the server goes on with the state it had before this
   * message.
   */
  record Crashed(boolean stateKept) implements Outcome {}

  /** A server of this name runs with other arguments. */
  record AlreadyStarted() implements Outcome {}

  /** Its {@code init} said no, or threw. */
  record StartFailed(String detail) implements Outcome {}

  /** No server of this name runs, and the request does not start one. */
  record NoServer() implements Outcome {
    static final NoServer INSTANCE = new NoServer();
  }

  /** The server stopped before it had answered. */
  record Stopped() implements Outcome {
    static final Stopped INSTANCE = new Stopped();
  }

  /**
   * The caller's time was over. {@code started}: the message was in hand and may still take effect;
   * else it never will.
   */
  record TimedOut(boolean started) implements Outcome {
    static final TimedOut STARTED = new TimedOut(true);
    static final TimedOut NOT_STARTED = new TimedOut(false);
  }

  /** As many messages wait for this server as may. Nothing was done. */
  record MailboxFull() implements Outcome {
    static final MailboxFull INSTANCE = new MailboxFull();
  }

  /**
   * The server was restarted too often and is held down. Nothing was done.
   *
   * @param left ms until it is tried again
   */
  record Restarting(long left) implements Outcome {}

  /** A state that was to be put in place of the server's is none that it could go on with. */
  record InvalidState(String detail) implements Outcome {}

  /** The service is shutting down. Nothing was done. */
  record ShuttingDown() implements Outcome {
    static final ShuttingDown INSTANCE = new ShuttingDown();
  }

  /**
   * What the server keeps could not be read or stored. Nothing was done; {@code detail} says why.
   */
  record StoreUnavailable(String detail) implements Outcome {}

  /** The store went away while it was storing this: it may be done or not. */
  record UnknownOutcome() implements Outcome {
    static final UnknownOutcome INSTANCE = new UnknownOutcome();
  }

  /**
   * There are as many servers, or entries of this server, as the settings allow; {@code detail}
   * says which.
   */
  record LimitReached(String detail) implements Outcome {}
}
