package dev.genserver.runtime;

import org.jspecify.annotations.Nullable;

/** What has come of a request to a server. */
public sealed interface Outcome {

  /** The handler's reply; null if it had nothing to say beyond that it was done. */
  record Replied(@Nullable Object value) implements Outcome {}

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
