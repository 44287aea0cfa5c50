package dev.genserver.runtime;

/** A message that the runtime itself looks into, on its way to a kind's handler or in its place. */
sealed interface Command permits Batch, Request, TimerRequest {

  /** What a request is about, or the message itself. */
  static Object within(Object message) {
    return message instanceof Request request ? request.message() : message;
  }
}
