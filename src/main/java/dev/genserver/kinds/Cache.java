package dev.genserver.kinds;

import dev.genserver.behaviour.Behaviour;
import dev.genserver.behaviour.Default;
import dev.genserver.behaviour.Invalid;
import dev.genserver.behaviour.Json;
import dev.genserver.behaviour.Key;
import dev.genserver.behaviour.Keyed;
import dev.genserver.behaviour.Name;
import dev.genserver.behaviour.Prompt;
import dev.genserver.behaviour.Query;
import dev.genserver.behaviour.Ranked;
import dev.genserver.behaviour.Refuses;
import dev.genserver.behaviour.Self;
import dev.genserver.behaviour.Signal;
import dev.genserver.behaviour.Step;
import dev.genserver.behaviour.Table;
import dev.genserver.behaviour.Touch;
import java.time.Duration;
import java.time.Instant;

/**
 * Values under keys, as many as fit: a new one at capacity drives out the one used least recently,
 * and one that nobody uses for its time to live goes too. All live equally long past their last
 * use, so the order of use is also that of expiry.
 *
 * @param maxSize the most entries, 1 or more
 * @param ttl how long an entry lives past its last use, 1 ms to 3,650 days
 */
@Prompt
@Name("caches")
public record Cache(@Default("100") int maxSize, @Default("\"1h\"") Duration ttl)
    implements Behaviour<Cache.Entries, Cache.Op> {

  /** How many expired entries one turn removes, so that other messages get in between. */
  private static final int SWEEP = 500;

  /** Checks size and time to live. */
  public Cache {
    if (maxSize < 1) {
      throw new Invalid("maxSize", "must be 1 or more");
    }
    if (ttl.isZero() || ttl.compareTo(Duration.ofDays(3650)) > 0) {
      throw new Invalid("ttl", "must be from 1ms to 3650d");
    }
  }

  /**
   * The entries, and what has happened to them since the start.
   *
   * @param uses how often entries were used; counts their order
   */
  public record Entries(
      Table<Entry> byKey, long uses, long hits, long misses, long evictions, long expirations) {
    /** Counts are 0 or more. */
    public Entries {
      if (Math.min(Math.min(uses, hits), Math.min(misses, Math.min(evictions, expirations))) < 0) {
        throw new Invalid("counts", "must not be negative");
      }
    }

    Entries used(Table<Entry> byKey, long uses, long hits) {
      return new Entries(byKey, uses, hits, misses, evictions, expirations);
    }

    Entries without(String key) {
      return new Entries(byKey.remove(key), uses, hits, misses, evictions, expirations);
    }

    Entries missed() {
      return new Entries(byKey, uses, hits, misses + 1, evictions, expirations);
    }

    Entries evicted(Table<Entry> byKey) {
      return new Entries(byKey, uses, hits, misses, evictions + 1, expirations);
    }

    Entries expired(Table<Entry> byKey, int times) {
      return new Entries(byKey, uses, hits, misses, evictions, expirations + times);
    }
  }

  /**
   * One entry.
   *
   * @param use the number of its last use
   * @param usedAt when that was
   */
  public record Entry(Json value, long use, Instant usedAt) implements Ranked {
    @Override
    public long rank() {
      return use;
    }
  }

  /** What a cache can be asked. */
  public sealed interface Op {}

  /** Puts a value under a key. */
  public record Put(String key, Json value) implements Op, Keyed {
    /** Checks the key. */
    public Put {
      Key.check("key", key);
    }

    @Override
    public Get lookUp() {
      return new Get(key);
    }
  }

  /** The value under a key. Counts as a use; one that has expired is gone after this refusal. */
  @Refuses({"not-found", "expired"})
  public record Get(String key) implements Op, Touch, Keyed {
    /** Checks the key. */
    public Get {
      Key.check("key", key);
    }

    @Override
    public Get lookUp() {
      return this;
    }
  }

  /** Removes a key and replies its value. */
  @Refuses("not-found")
  public record Delete(String key) implements Op, Keyed {
    /** Checks the key. */
    public Delete {
      Key.check("key", key);
    }

    @Override
    public Get lookUp() {
      return new Get(key);
    }
  }

  /** What has happened so far. */
  public record Stats() implements Op, Query {}

  /** Removes what has expired. */
  record Sweep() implements Op, Signal {}

  /** A value as a reply. */
  public record Value(Json value) {}

  /**
   * Counts as a reply, since the server started.
   *
   * @param size entries kept, expired ones that are not yet swept among them
   * @param evictions entries driven out by new ones
   * @param expirations entries dropped because their time was over
   */
  public record Counts(
      int size,
      int maxSize,
      Duration ttl,
      long hits,
      long misses,
      long evictions,
      long expirations) {}

  @Override
  public Step<Entries> init(Self self) {
    return Step.done(new Entries(Table.empty(), 0, 0, 0, 0, 0));
  }

  @Override
  public void check(Entries entries) {
    if (entries.byKey().size() > maxSize) {
      throw new Invalid("byKey", "must have at most " + maxSize + " entries");
    }
  }

  @Override
  public Step<Entries> handle(Op message, Entries entries, Self self) {
    return switch (message) {
      case Put(String key, Json value) -> put(key, value, entries, self);
      case Get(String key) -> get(key, entries, self);
      case Delete(String key) -> delete(key, entries, self);
      case Stats() -> Step.reply(counts(entries), entries);
      case Sweep() -> sweep(entries, self);
    };
  }

  private Step<Entries> put(String key, Json value, Entries entries, Self self) {
    Entries room = entries.byKey().get(key) == null ? makeRoom(entries, self) : entries;
    if (entries.byKey().size() == 0) {
      self.timer("sweep", ttl.plusMillis(1), new Sweep());
    }
    long use = room.uses() + 1;
    return Step.done(
        room.used(room.byKey().put(key, new Entry(value, use, self.now())), use, room.hits()));
  }

  private Entries makeRoom(Entries entries, Self self) {
    Entry oldest = entries.byKey().first();
    if (oldest == null || entries.byKey().size() < maxSize) {
      return entries;
    }
    Table<Entry> rest = entries.byKey().removeFirst();
    if (isOver(oldest, self)) {
      self.count("expirations", 1);
      return entries.expired(rest, 1);
    }
    self.count("evictions", 1);
    return entries.evicted(rest);
  }

  private Step<Entries> get(String key, Entries entries, Self self) {
    Entry entry = entries.byKey().get(key);
    if (entry == null) {
      return Step.refuse("not-found", "no entry of this key", entries.missed());
    }
    if (isOver(entry, self)) {
      self.count("expirations", 1);
      Entries without = entries.expired(entries.byKey().remove(key), 1);
      return Step.refuse("expired", "the entry has expired", without.missed());
    }
    long use = entries.uses() + 1;
    Entry used = new Entry(entry.value(), use, self.now());
    return Step.reply(
        new Value(entry.value()),
        entries.used(entries.byKey().touch(key, used), use, entries.hits() + 1));
  }

  private Step<Entries> delete(String key, Entries entries, Self self) {
    Entry entry = entries.byKey().get(key);
    return entry == null || isOver(entry, self)
        ? Step.refuse("not-found", "no entry of this key")
        : Step.reply(new Value(entry.value()), entries.without(key));
  }

  private Step<Entries> sweep(Entries entries, Self self) {
    Table<Entry> byKey = entries.byKey().removeFirstWhile(e -> isOver(e, self), SWEEP);
    int swept = entries.byKey().size() - byKey.size();
    self.count("expirations", swept);
    Entry next = byKey.first();
    if (next != null) {
      Duration left = Duration.between(self.now(), next.usedAt().plus(ttl));
      self.timer("sweep", left.isNegative() ? Duration.ZERO : left.plusMillis(1), new Sweep());
    }
    return Step.done(entries.expired(byKey, swept));
  }

  private boolean isOver(Entry entry, Self self) {
    return self.now().isAfter(entry.usedAt().plus(ttl));
  }

  private Counts counts(Entries entries) {
    return new Counts(
        entries.byKey().size(),
        maxSize,
        ttl,
        entries.hits(),
        entries.misses(),
        entries.evictions(),
        entries.expirations());
  }
}
