package dev.genserver.runtime;

import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What of a durable server is on its way to the store, and what is there already. It is made when
 * the server is started or loaded, and thrown away with the state when a commit fails: the state is
 * ahead of the store then, and is loaded anew.
 */
final class Journal {
  final Server server;
  final boolean sync;

  /** See {@link Server#tags}. */
  final long tags;

  /** Casts that are stored because they had to wait, by the id of their row. */
  final Map<String, Cast> kept;

  /** How many entries the server has submitted; for the thread that drains. */
  private long submitted;

  /** How many of them are settled. */
  private volatile long settled;

  /** Whether the store has the server. */
  private volatile boolean stored;

  /** Whether the state may be ahead of the store for good. */
  private volatile boolean broken;

  /** The state last submitted and its version; for the committer. */
  @Nullable Object state;

  long version;

  /** Whether the store has a former form of the state; for the committer. */
  boolean upgraded;

  /** Tables that the store still has and the kind has no more; for the committer. */
  Set<String> obsolete = Set.of();

  /** The journal of a server that has its options and its incarnation. */
  Journal(Server server, long epoch, Map<String, Cast> kept) {
    this.server = server;
    this.sync = server.durability == Durability.FSYNC;
    this.tags =
        server.durability == Durability.OS
            ? server.incarnation ^ (epoch * 0x9E3779B97F4A7C15L) // spread over all bits
            : server.incarnation;
    this.kept = kept;
  }

  /** The journal of a server that was loaded, with this state. */
  void loaded(Object state, long version, boolean upgraded, Set<String> obsolete) {
    this.state = state;
    this.version = version;
    this.upgraded = upgraded;
    this.obsolete = obsolete;
    stored = true;
  }

  /** The store has today's form; for the committer. */
  void isOfToday() {
    upgraded = false;
    obsolete = Set.of();
  }

  /** Numbers an entry that is about to be submitted; for the thread that drains. */
  long next() {
    return ++submitted;
  }

  /** Whether the store has all that was submitted; for the thread that drains. */
  boolean isSettled() {
    return settled == submitted;
  }

  void settle(long number) {
    settled = number;
    stored = true;
  }

  /** Whether anything of it may be in the store. */
  boolean hasBegun() {
    return stored || submitted > 0;
  }

  boolean isStored() {
    return stored;
  }

  boolean isBroken() {
    return broken;
  }

  void breakOff() {
    broken = true;
  }
}
