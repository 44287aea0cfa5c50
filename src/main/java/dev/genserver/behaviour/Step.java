package dev.genserver.behaviour;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * What one turn comes to: an answer, the next state, and what follows.
 *
 * @param <S> the state
 */
public sealed interface Step<S> {

  /** The state to go on with; null, in a refusal only, keeps the one there was. */
  @Nullable S state();

  /** What follows this step. */
  Next next();

  /** The same step followed by something else. */
  Step<S> followedBy(Next next);

  /**
   * Replies to the caller. {@code value} is plain data, as a rule a record of the kind; it must not
   * share mutable state.
   */
  static <S> Step<S> reply(Object value, S state) {
    return new Reply<>(value, state, Next.GO_ON);
  }

  /** Done, with nothing to say beyond that. */
  static <S> Step<S> done(S state) {
    return new Reply<>(null, state, Next.GO_ON);
  }

  /** A domain "no" that leaves the state as it was. It is an answer, not a crash. */
  static <S> Step<S> refuse(String code, String detail) {
    return new Refusal<>(code, detail, null, Next.GO_ON);
  }

  /** A domain "no" whose state may have dropped what had expired, no more. */
  static <S> Step<S> refuse(String code, String detail, S state) {
    return new Refusal<>(code, detail, state, Next.GO_ON);
  }

  /** The answer comes later: some later step answers the saved {@link Self#from()}. */
  static <S> Step<S> later(S state) {
    return new Later<>(state, Next.GO_ON);
  }

  /** Handles {@code message} next, before anything in the mailbox. */
  default Step<S> then(Signal message) {
    return followedBy(new Next.Then(message));
  }

  /** Handles {@code message} if no other message was handled for {@code after}. */
  default Step<S> idle(Duration after, Signal message) {
    return followedBy(new Next.Idle(after, message));
  }

  /**
   * Has the server leave memory after this step, if it is a durable one and nothing waits for it;
   * the next message brings it back. A server of {@code memory} stays as it is: idle, it is its
   * state and little more.
   */
  default Step<S> hibernate() {
    return followedBy(Next.HIBERNATE);
  }

  /** Stops the server after this step; whoever waits for it is told so. */
  default Step<S> stop() {
    return followedBy(Next.STOP);
  }

  /** See {@link Step#reply} and {@link Step#done}; the value is null in the latter. */
  record Reply<S>(@Nullable Object value, S state, Next next) implements Step<S> {
    @Override
    public Step<S> followedBy(Next next) {
      return new Reply<>(value, state, next);
    }
  }

  /** See {@link Step#refuse}. */
  record Refusal<S>(String code, String detail, @Nullable S state, Next next) implements Step<S> {
    @Override
    public Step<S> followedBy(Next next) {
      return new Refusal<>(code, detail, state, next);
    }
  }

  /** See {@link Step#later}. */
  record Later<S>(S state, Next next) implements Step<S> {
    @Override
    public Step<S> followedBy(Next next) {
      return new Later<>(state, next);
    }
  }

  /** What follows a step. */
  sealed interface Next {
    Next GO_ON = new GoOn();
    Next STOP = new Stop();
    Next HIBERNATE = new Hibernate();

    /** The next message from the mailbox, when there is one. */
    record GoOn() implements Next {}

    /** See {@link Step#then}. */
    record Then(Signal message) implements Next {}

    /** See {@link Step#idle}. */
    record Idle(Duration after, Signal message) implements Next {}

    /** See {@link Step#hibernate}. */
    record Hibernate() implements Next {}

    /** See {@link Step#stop}. */
    record Stop() implements Next {}
  }
}
