package dev.genserver.runtime;

import dev.genserver.store.TimerRow;
import java.util.List;
import java.util.Map;
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

  /** By id: set, or removed where the value is null. */
  final Map<String, @Nullable TimerRow> timers;

  /** The message that was handled, or is to be kept. */
  final @Nullable Envelope envelope;

  /** What its sender is told; null: nothing yet. */
  final @Nullable Outcome outcome;

  /** What earlier callers are told. */
  final List<Answer> answers;

  /** The entry that lay on top when this one was submitted; used by the committer alone. */
  @Nullable Entry below;

  Entry(
      What what,
      Journal journal,
      @Nullable Object state,
      long version,
      Map<String, @Nullable TimerRow> timers,
      @Nullable Envelope envelope,
      @Nullable Outcome outcome,
      List<Answer> answers) {
    this.what = what;
    this.journal = journal;
    this.number = what == What.KEEP ? 0 : journal.next();
    this.state = state;
    this.version = version;
    this.timers = timers;
    this.envelope = envelope;
    this.outcome = outcome;
    this.answers = answers;
  }

  /** What a caller is told who was left waiting by an earlier step. */
  record Answer(Call call, Outcome outcome) {}

  /** Tells everybody what has come of it. */
  void release() {
    if (envelope != null && outcome != null) {
      envelope.complete(outcome);
    }
    for (Answer answer : answers) {
      answer.call().complete(answer.outcome());
    }
  }

  /** Tells everybody that it was not stored. */
  void fail(Outcome why) {
    if (envelope != null && what != What.KEEP) {
      envelope.complete(why);
    }
    for (Answer answer : answers) {
      answer.call().complete(why);
    }
  }
}
