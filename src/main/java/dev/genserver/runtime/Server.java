package dev.genserver.runtime;

import dev.genserver.behaviour.Behaviour;
import dev.genserver.wire.Kind;
import java.time.Instant;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * One server: what it was started with, its state, its counts, and, being a {@link Mailbox}, its
 * door. Idle, it is this object and no more. Its fields are written by the one thread that drains
 * it; others may read them, and may see them a moment late.
 *
 * <p>It comes into being with the first message to its name, and is <i>up</i> when it was started
 * or loaded. If neither comes to pass, it goes again.
 */
final class Server extends Mailbox {
  final Registry.Family family;
  final String name;

  /** Null before it is up. */
  @Nullable Behaviour<Object, Object> behaviour;

  /** Null before {@code init} has returned or it was loaded. */
  @Nullable Object state;

  /** What of it is on its way to the store; null if it is kept in memory alone. */
  volatile @Nullable Journal journal;

  /** Those who watch it; null: nobody does. */
  volatile @Nullable Watched watched;

  /** Made when it is first needed. */
  private volatile @Nullable Extras extras;

  /** Set when it is to end. */
  private volatile @Nullable Ending ending;

  /** Whether it has a place among the {@link Limits#servers}. */
  boolean hasPlace;

  Durability durability = Durability.MEMORY;
  Options options = Options.usual(Durability.MEMORY);

  /** What holds it up from outside; made when it is first needed. */
  private volatile @Nullable Control control;

  /** What it has done by operation; made with its first message. */
  volatile @Nullable Statistics statistics;

  /** Who looks on at its messages, if anybody does. */
  volatile @Nullable Traces traces;

  /** A random number of this start of the name. */
  long incarnation;

  /** Epoch milliseconds. */
  long startedAt;

  /** How many seconds the process had been up when it was last busy, if it is durable. */
  volatile int lastBusy;

  long version;
  long handled;

  /** These two are counted by operators' threads, too. */
  volatile int crashes;

  volatile int restarts;

  Server(Registry.Family family, String name) {
    this.family = family;
    this.name = name;
  }

  Kind kind() {
    return family.kind();
  }

  @SuppressWarnings("unchecked")
  void setBehaviour(Behaviour<?, ?> behaviour) {
    this.behaviour = (Behaviour<Object, Object>) behaviour;
  }

  Behaviour<Object, Object> arguments() {
    return Objects.requireNonNull(behaviour, "it is not up");
  }

  /** Whether it is up, and nothing that happens to the store can change that it was started. */
  boolean isUpForGood() {
    Journal there = journal;
    return state != null && (there == null || (there.isStored() && !there.isBroken()));
  }

  /** Null if it was never held up. */
  @Nullable Control controlIfAny() {
    return control;
  }

  synchronized Control control() {
    Control there = control;
    if (there == null) {
      control = there = new Control();
    }
    return there;
  }

  /**
   * What its tags begin with: the incarnation; but where a crash of the machine may take back
   * versions that were seen, another number after each start of the process.
   */
  long tags() {
    Journal there = journal;
    return there == null ? incarnation : there.tags;
  }

  private String condition() {
    Control there = control;
    return there == null || !there.holdsUp()
        ? "running"
        : there.isSuspended() ? "suspended" : "restarting";
  }

  /** What there is to tell of it, or null if it is not up. */
  @Nullable Status status() {
    Behaviour<Object, Object> arguments = behaviour;
    Control there = control;
    return arguments == null
        ? null
        : new Status(
            kind().name(),
            name,
            condition(),
            arguments,
            durability.word(),
            waiting() + (there == null ? 0 : there.waiting()),
            handled,
            crashes,
            restarts,
            version,
            Instant.ofEpochMilli(startedAt),
            options.unlessUsual());
  }

  void countCrashes(int times) {
    if (times > 0) {
      synchronized (this) {
        crashes = crashes + times;
      }
    }
  }

  synchronized void countRestart() {
    restarts = restarts + 1;
  }

  /** Throws away what it is, for it is not what is stored; it will be loaded anew. */
  void forget() {
    Extras there = extras;
    if (there != null) {
      there.cancelAll();
      there.answers.clear();
      there.deferred.completeAll(Outcome.UnknownOutcome.INSTANCE);
    }
    state = null;
    behaviour = null;
  }

  /** Shows its watchers a state that was committed. */
  void show(@Nullable Object committed, long ofVersion) {
    Watched there = watched;
    if (there != null) {
      there.show(this, committed, ofVersion);
    }
  }

  @Nullable Ending ending() {
    return ending;
  }

  /**
   * Has it end as {@code wanted}, unless it is to end already; returns the ending that is in force.
   */
  synchronized Ending endWith(Ending wanted) {
    Ending inForce = ending;
    if (inForce == null) {
      ending = inForce = wanted;
    }
    return inForce;
  }

  /** Has it go on after all, for its end could not be stored. */
  synchronized void goOn() {
    ending = null;
  }

  /** Its timers and deferred calls, or null if it never had any. */
  @Nullable Extras extrasIfAny() {
    return extras;
  }

  /** Its timers and deferred calls; for the thread that drains. */
  Extras extras() {
    Extras there = extras;
    if (there == null) {
      extras = there = new Extras();
    }
    return there;
  }

  @Override
  public String toString() {
    return kind().name() + "/" + name;
  }
}
