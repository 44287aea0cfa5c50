package dev.genserver.behaviour;

import java.util.List;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeSet;
import java.util.function.BiConsumer;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.pcollections.TreePMap;
import org.pcollections.TreePSet;

/**
 * The keyed part of a state: an immutable map from keys to rows, sorted by the keys' code points. A
 * change makes a new table that shares nearly all of its structure with the old one, so a turn that
 * is undone costs nothing and a reader needs no lock. Looking up and changing are O(log n).
 *
 * <p>Rows that are {@link Ranked} are kept in the order of their rank as well; it is derived from
 * the rows alone.
 *
 * <p>A table remembers which keys were changed since it was last {@link #mark marked}, and which
 * rows were only touched, so that a store need write no more.
 *
 * @param <V> the rows: immutable values
 */
public final class Table<V> {
  private static final Table<?> EMPTY =
      new Table<>(TreePMap.empty(Key::compare), TreePSet.empty(), null, TreePSet.empty());

  private final TreePMap<String, V> rows;
  private final TreePSet<Place> order;
  private final @Nullable TreePSet<String> changed;
  private final TreePSet<String> touched;

  private Table(
      TreePMap<String, V> rows,
      TreePSet<Place> order,
      @Nullable TreePSet<String> changed,
      TreePSet<String> touched) {
    this.rows = rows;
    this.order = order;
    this.changed = changed;
    this.touched = touched;
  }

  /** A table without rows. */
  @SuppressWarnings("unchecked")
  public static <V> Table<V> empty() {
    return (Table<V>) EMPTY;
  }

  /** A table of many rows at once, as they come from a store: much faster than putting each. */
  public static <V> Table<V> of(SortedMap<String, V> sortedByCodePoint) {
    TreeSet<Place> places = new TreeSet<>();
    sortedByCodePoint.forEach((key, row) -> {
      if (row instanceof Ranked ranked) {
        places.add(new Place(ranked.rank(), key));
      }
    });
    return new Table<>(
        TreePMap.fromSortedMap(sortedByCodePoint),
        TreePSet.fromSortedSet(places),
        null,
        TreePSet.empty());
  }

  /** How many rows there are. */
  public int size() {
    return rows.size();
  }

  /** The row of this key, or null. */
  public @Nullable V get(String key) {
    return rows.get(key);
  }

  /** The table with this row instead of the one that the key had, if it had one. */
  public Table<V> put(String key, V row) {
    return with(key, row, changed == null ? null : changed.plus(key), touched.minus(key));
  }

  /**
   * As {@link #put}, but for a change that need not be stored by itself: a row that was only used.
   */
  public Table<V> touch(String key, V row) {
    return with(key, row, changed, changed == null ? touched : touched.plus(key));
  }

  /** The table without the row of this key; the table itself if there is none. */
  public Table<V> remove(String key) {
    V removed = rows.get(key);
    if (removed == null) {
      return this;
    }
    return new Table<>(
        rows.minus(key),
        removed instanceof Ranked ranked ? order.minus(new Place(ranked.rank(), key)) : order,
        changed == null ? null : changed.plus(key),
        touched.minus(key));
  }

  /** The row with the smallest rank, or null if there are no ranked rows. */
  public @Nullable V first() {
    return order.isEmpty() ? null : rows.get(order.first().key());
  }

  /** The table without the row with the smallest rank. */
  public Table<V> removeFirst() {
    return remove(order.first().key());
  }

  /**
   * The table without its first rows by rank for which {@code condition} holds, {@code most} of
   * them at the most.
   */
  public Table<V> removeFirstWhile(Predicate<? super V> condition, int most) {
    Table<V> left = this;
    for (int removed = 0; removed < most; removed++) {
      V first = left.first();
      if (first == null || !condition.test(first)) {
        break;
      }
      left = left.removeFirst();
    }
    return left;
  }

  /**
   * Keys in their order.
   *
   * @param prefix what they start with
   * @param after the key after which they come; null to begin with the first
   * @param limit how many at the most
   */
  public List<String> keys(String prefix, @Nullable String after, int limit) {
    boolean past = after != null && Key.compare(after, prefix) >= 0;
    return rows.tailMap(past ? after : prefix, !past).keySet().stream()
        .takeWhile(key -> key.startsWith(prefix))
        .limit(limit)
        .toList();
  }

  /** Passes each key and row, in the order of the keys. */
  public void forEach(BiConsumer<? super String, ? super V> action) {
    rows.forEach(action);
  }

  /** The same table, from which on changes are remembered; what was touched still is. */
  public Table<V> mark() {
    return changed != null && changed.isEmpty()
        ? this
        : new Table<>(rows, order, TreePSet.empty(), touched);
  }

  /**
   * What was changed since the {@link #mark}: keys whose rows were put or removed. Null if there
   * was none: then nothing is known, and the table differs from any other in every row.
   */
  public @Nullable Set<String> changed() {
    return changed;
  }

  /** The keys whose rows were touched and not put since, as long as changes are remembered. */
  public Set<String> touched() {
    return touched;
  }

  /** Equal when the rows are; what has changed since when plays no part. */
  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof Table<?> table && rows.equals(table.rows);
  }

  @Override
  public int hashCode() {
    return rows.hashCode();
  }

  @Override
  public String toString() {
    return size() <= 20 ? rows.toString() : "Table of " + size();
  }

  private Table<V> with(
      String key, V row, @Nullable TreePSet<String> changed, TreePSet<String> touched) {
    TreePSet<Place> places = order;
    if (row instanceof Ranked ranked) {
      if (rows.get(key) instanceof Ranked replaced) {
        places = places.minus(new Place(replaced.rank(), key));
      }
      places = places.plus(new Place(ranked.rank(), key));
    }
    return new Table<>(rows.plus(key, row), places, changed, touched);
  }

  /** A row's place in the order. */
  private record Place(long rank, String key) implements Comparable<Place> {
    @Override
    public int compareTo(Place other) {
      int byRank = Long.compare(rank, other.rank);
      return byRank != 0 ? byRank : Key.compare(key, other.key);
    }
  }
}
