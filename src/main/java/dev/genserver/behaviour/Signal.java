package dev.genserver.behaviour;

/**
 * A message that only the server itself can receive: what {@code handle_info} and {@code
 * handle_continue} are for in OTP. It can't be called or cast from outside, and never counts
 * against the mailbox's capacity.
 */
public interface Signal {}
