package dev.genserver.behaviour;

import java.util.List;
import java.util.Set;
import java.util.TreeMap;
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
 * rows were only touched, so that a store need write no more. And it remembers of each row with
 * which version of its server it was put.
 *
 * @param <V> the rows: immutable values
 */
public final class Table<V> {
  private static final Table<?> EMPTY =
      new Table<>(TreePMap.empty(Key::compare), TreePSet.empty(), null, TreePSet.empty(), 0);

  private final TreePMap<String, Row<V>> rows;
  private final TreePSet<Place> order;
  private final @Nullable TreePSet<String> changed;
  private final TreePSet<String> touched;

  /** The version of what is put from now on. */
  private final long next;

  private Table(
      TreePMap<String, Row<V>> rows,
      TreePSet<Place> order,
      @Nullable TreePSet<String> changed,
      TreePSet<String> touched,
      long next) {
    this.rows = rows;
    this.order = order;
    this.changed = changed;
    this.touched = touched;
    this.next = next;
  }

  /** A table without rows. */
  @SuppressWarnings("unchecked")
  public static <V> Table<V> empty() {
    return (Table<V>) EMPTY;
  }

  /** A table to be put together from what is stored. */
  public static <V> Builder<V> builder() {
    return new Builder<>();
  }

  /** How many rows there are. */
  public int size() {
    return rows.size();
  }

  /** The row of this key, or null. */
  public @Nullable V get(String key) {
    Row<V> row = rows.get(key);
    return row == null ? null : row.value;
  }

  /**
   * The version of the server with which this key's row was put; 0 if there is no row, or if its
   * version is not known.
   */
  public long version(String key) {
    Row<V> row = rows.get(key);
    return row == null ? 0 : row.version;
  }

  /** The table with this row instead of the one that the key had, if it had one. */
  public Table<V> put(String key, V row) {
    return with(
        key,
        new Row<>(row, next),
        row instanceof Ranked ? rows.get(key) : null,
        changed == null ? null : changed.plus(key),
        touched.minus(key));
  }

  /**
   * As {@link #put}, but for a change that need not be stored by itself: a row that was only used.
   * It keeps its version.
   */
  public Table<V> touch(String key, V row) {
    Row<V> before = rows.get(key);
    return with(
        key,
        new Row<>(row, before == null ? next : before.version),
        before,
        changed,
        changed == null ? touched : touched.plus(key));
  }

  /** The table without the row of this key; the table itself if there is none. */
  public Table<V> remove(String key) {
    Row<V> removed = rows.get(key);
    if (removed == null) {
      return this;
    }
    return new Table<>(
        rows.minus(key),
        removed.value instanceof Ranked ranked ? order.minus(new Place(ranked.rank(), key)) : order,
        changed == null ? null : changed.plus(key),
        touched.minus(key),
        next);
  }

  /** The row with the smallest rank, or null if there are no ranked rows. */
  public @Nullable V first() {
    return order.isEmpty() ? null : get(order.first().key());
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
    rows.forEach((key, row) -> action.accept(key, row.value));
  }

  /**
   * The same table as of this version of its server, from which on changes are remembered; what was
   * touched still is. Rows that are put from now on are of the next version. If nothing was
   * remembered before, all rows are of this one.
   */
  public Table<V> mark(long version) {
    if (changed != null && changed.isEmpty() && next == version + 1) {
      return this;
    }
    return new Table<>(
        changed == null ? stamped(version) : rows, order, TreePSet.empty(), touched, version + 1);
  }

  private TreePMap<String, Row<V>> stamped(long version) {
    if (rows.isEmpty()) {
      return rows; // which all empty tables share
    }
    TreeMap<String, Row<V>> stamped = new TreeMap<>(rows);
    stamped.replaceAll((key, row) -> new Row<>(row.value, version));
    return TreePMap.fromSortedMap(stamped);
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
      String key,
      Row<V> row,
      @Nullable Row<V> before,
      @Nullable TreePSet<String> changed,
      TreePSet<String> touched) {
    TreePSet<Place> places = order;
    if (row.value instanceof Ranked ranked) {
      if (before != null && before.value instanceof Ranked replaced) {
        places = places.minus(new Place(replaced.rank(), key));
      }
      places = places.plus(new Place(ranked.rank(), key));
    }
    return new Table<>(rows.plus(key, row), places, changed, touched, next);
  }

  /**
   * A table of many rows at once, as they come from a store: much faster than putting each.
   *
   * @param <V> the rows
   */
  public static final class Builder<V> {
    private final TreeMap<String, Row<V>> rows = new TreeMap<>(Key::compare);
    private final TreeSet<Place> places = new TreeSet<>();

    private Builder() {}

    /** Adds a row that was put with this version of the server. */
    public void add(String key, V row, long version) {
      rows.put(key, new Row<>(row, version));
      if (row instanceof Ranked ranked) {
        places.add(new Place(ranked.rank(), key));
      }
    }

    /** The table as of this version of the server, already {@link #mark marked}. */
    public Table<V> build(long version) {
      return new Table<>(
          TreePMap.fromSortedMap(rows),
          TreePSet.fromSortedSet(places),
          TreePSet.empty(),
          TreePSet.empty(),
          version + 1);
    }
  }

  /** A row, and with which version it was put; that plays no part when tables are compared. */
  private record Row<V>(V value, long version) {
    @Override
    public boolean equals(@Nullable Object other) {
      return other instanceof Row<?> row && value.equals(row.value);
    }

    @Override
    public int hashCode() {
      return value.hashCode();
    }

    @Override
    public String toString() {
      return value.toString();
    }
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
