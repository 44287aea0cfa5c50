package dev.genserver.runtime;

import org.jspecify.annotations.Nullable;

/**
 * What one turn of a durable server leaves to the {@link Committer}: what to store, and whom to
 * tell when it is.
 */
final class Entry {
  /** What an entry is about. */
  enum What {
    /** A server that was not there before. */
    FRESH,
    /** A step. */
    STEP,
    /** A cast that waits, and must be stored until it is handled. */
    KEEP,
    /** Other arguments and options. */
    CONFIGURE,
    /** All of it, for it leaves memory. */
    UNLOAD,
    /** The end of a server. */
    DELETE
  }

  final What what;
  final Journal journal;
  final long number;

  /** The state to store; null if it is as it was. */
  final @Nullable Object state;

  final long version;

  /** What else is to be stored and said. */
  final Unsaid unsaid;

  /** The message that was handled, or is to be kept. */
  final @Nullable Envelope envelope;

  /** What its sender is told; null: nothing yet. */
  final @Nullable Outcome outcome;

  /** The entry that lay on top when this one was submitted; used by the committer alone. */
  @Nullable Entry below;

  Entry(
      What what,
      Journal journal,
      @Nullable Object state,
      long version,
      Unsaid unsaid,
      @Nullable Envelope envelope,
      @Nullable Outcome outcome) {
    this.what = what;
    this.journal = journal;
    this.number = what == What.KEEP ? 0 : journal.next();
    this.state = state;
    this.version = version;
    this.unsaid = unsaid;
    this.envelope = envelope;
    this.outcome = outcome;
  }

  /** Whether it has anything to store. */
  boolean isToStore() {
    return state != null || !unsaid.isNothingToStore();
  }

  /** Tells everybody what has come of it. */
  void release() {
    unsaid.release();
    if (envelope != null && outcome != null) {
      envelope.complete(outcome);
    }
    if (state != null) {
      journal.server.show(state, version);
    }
  }

  /** Tells everybody that it was not stored. */
  void fail(Outcome why) {
    if (envelope != null && what != What.KEEP) {
      envelope.complete(why);
    }
    for (Unsaid.Answer answer : unsaid.answers()) {
      answer.call().complete(why);
    }
  }
}
