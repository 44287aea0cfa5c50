package dev.genserver.runtime;

/** A message that the runtime itself looks into, on its way to a kind's handler or in its place. */
sealed interface Command permits Batch, Look, Request, TimerRequest {

  /** What a request is about, or the message itself. */
  static Object within(Object message) {
    return switch (message) {
      case Request request -> request.message();
      case Look look -> look.query();
      default -> message;
    };
  }
}
