package dev.genserver.runtime;

/** Where a message comes from. */
public enum Origin {
  /** Somebody waits for the reply. */
  CALL,
  /** Somebody sent it and waits for nothing. */
  CAST,
  /**
   * The server sent it to itself: init, continue, timer, idle timeout. It does not count against
   * the mailbox's capacity.
   */
  INFO
}
