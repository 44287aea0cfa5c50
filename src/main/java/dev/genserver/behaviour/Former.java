package dev.genserver.behaviour;

/**
 * A state as an earlier version of a kind had it, so that servers that were stored then can go on:
 * what {@code code_change} is for in OTP. A kind names its former states in {@link Formerly}.
 */
public interface Former {
  /** The same state in the form that came next: the following former one, or today's. */
  Object upgraded();
}
