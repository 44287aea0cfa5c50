package dev.genserver.runtime;

import dev.genserver.behaviour.Behaviour;
import dev.genserver.wire.Kind;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * One server: what it was started with, its state, its counts, and, being a {@link Mailbox}, its
 * door. Idle, it is this object and no more. Its fields are written by the one thread that drains
 * it; others may read them, and may see them a moment late.
 */
final class Server extends Mailbox {
  final Registry.Family family;
  final String name;
  final Behaviour<Object, Object> behaviour;

  /** Null before {@code init} has returned. */
  @Nullable Object state;

  /** Made when it is first needed. */
  private volatile @Nullable Extras extras;

  /** Set once, when it is to end. */
  private volatile @Nullable Ending ending;

  private final long startedAt;
  long version;
  long handled;
  int crashes;

  @SuppressWarnings("unchecked")
  Server(Registry.Family family, String name, Behaviour<?, ?> behaviour, Instant now) {
    this.family = family;
    this.name = name;
    this.behaviour = (Behaviour<Object, Object>) behaviour;
    this.startedAt = now.toEpochMilli();
  }

  Kind kind() {
    return family.kind();
  }

  Status status() {
    return new Status(
        kind().name(),
        name,
        "running",
        behaviour,
        waiting(),
        handled,
        crashes,
        0,
        version,
        Instant.ofEpochMilli(startedAt));
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
