package dev.genserver.store;

import dev.genserver.behaviour.Key;
import dev.genserver.store.Change.Configure;
import dev.genserver.store.Change.Delete;
import dev.genserver.store.Change.Put;
import dev.genserver.store.Change.TableChange;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A store as its interface says it must be, in the plainest way, and one that fails and hangs when
 * a test says so.
 */
public final class MemoryStore implements StateStore {
  private static final Comparator<Place> PLACES =
      Comparator.comparing(Place::name, Key::compare).thenComparing(Place::kind, Key::compare);

  private static final class Kept {
    ServerRow row;
    String state;
    final Map<String, Map<String, EntryRow>> tables = new TreeMap<>(Key::compare);
    final Map<String, TimerRow> timers = new HashMap<>();
    final Map<String, AnswerRow> answers = new HashMap<>();
  }

  private final Map<Place, Kept> servers;
  private final long epoch;
  private boolean closed;

  private @Nullable StoreFailure next;
  private boolean nextIsMade;
  private @Nullable StoreFailure down;
  private boolean holding;
  private int held;
  private long commits;
  private long changes;
  private final Set<Thread> readers = new HashSet<>();

  /** An empty store. */
  public MemoryStore() {
    this(new TreeMap<>(PLACES), 1);
  }

  private MemoryStore(Map<Place, Kept> servers, long epoch) {
    this.servers = servers;
    this.epoch = epoch;
  }

  /** What the next process sees. */
  public synchronized MemoryStore reopen() {
    close();
    return new MemoryStore(servers, epoch + 1);
  }

  /** Lets the next commit fail; nothing is changed by it. */
  public synchronized void failNext(StoreFailure failure) {
    next = failure;
    nextIsMade = false;
  }

  /** Makes the next commit and lets it fail all the same, as when the database goes away then. */
  public synchronized void makeNextButFail(StoreFailure failure) {
    next = failure;
    nextIsMade = true;
  }

  /** Lets everything fail; null: no more. */
  public synchronized void down(@Nullable StoreFailure failure) {
    down = failure;
  }

  /** Lets commits wait for {@link #release}, before they do anything. */
  public synchronized void hold() {
    holding = true;
  }

  /** Lets those go on that wait, and the later ones. */
  public synchronized void release() {
    holding = false;
    notifyAll();
  }

  /** Waits until a commit waits. */
  public synchronized void awaitHeld() throws InterruptedException {
    while (held == 0) {
      wait();
    }
  }

  /** How many commits were made. */
  public synchronized long commits() {
    return commits;
  }

  /** The threads on which servers were loaded. */
  public synchronized Set<Thread> readers() {
    return Set.copyOf(readers);
  }

  /** How many changes were made by them. */
  public synchronized long changes() {
    return changes;
  }

  @Override
  public synchronized void commit(List<Change> list, boolean sync) {
    awaitRelease();
    check();
    StoreFailure failure = next;
    next = null;
    if (failure == null || nextIsMade) {
      list.forEach(this::make);
      commits++;
      changes += list.size();
    }
    if (failure != null) {
      throw failure;
    }
  }

  private void awaitRelease() {
    held++;
    notifyAll();
    try {
      while (holding) {
        wait();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new StoreFailure("interrupted", false, e);
    } finally {
      held--;
    }
  }

  private void check() {
    if (closed) {
      throw new StoreFailure("The store is closed", false, null);
    }
    if (down != null) {
      throw down;
    }
  }

  private void make(Change change) {
    Place place = new Place(change.name(), change.kind());
    switch (change) {
      case Delete delete -> servers.remove(place);
      case Configure configure -> configure(place, configure);
      case Put put -> {
        if (put.fresh()) {
          servers.remove(place);
        }
        put(servers.computeIfAbsent(place, key -> new Kept()), put);
      }
    }
  }

  private static void put(Kept kept, Put put) {
    kept.row = kept.row == null ? put.row() : changed(kept.row, put.row());
    kept.state = put.state();
    for (TableChange change : put.tables()) {
      Map<String, EntryRow> table =
          kept.tables.computeIfAbsent(change.table(), key -> new TreeMap<>(Key::compare));
      if (change.cleared()) {
        table.clear();
      }
      apply(table, change.entries());
    }
    apply(kept.timers, put.timers());
    apply(kept.answers, put.answers());
  }

  private void configure(Place place, Configure to) {
    Kept kept = servers.get(place);
    if (kept != null) {
      ServerRow row = kept.row;
      kept.row =
          new ServerRow(
              row.kind(),
              row.name(),
              row.incarnation(),
              row.version(),
              row.form(),
              to.arguments(),
              to.options(),
              row.startedAt(),
              row.epoch(),
              row.handled(),
              row.crashes(),
              row.restarts());
    }
  }

  /** What counts only for a fresh server stays. */
  private static ServerRow changed(ServerRow before, ServerRow row) {
    return new ServerRow(
        row.kind(),
        row.name(),
        before.incarnation(),
        row.version(),
        row.form(),
        before.arguments(),
        before.options(),
        before.startedAt(),
        row.epoch(),
        row.handled(),
        row.crashes(),
        row.restarts());
  }

  private static <V> void apply(Map<String, V> rows, Map<String, @Nullable V> changes) {
    changes.forEach((key, value) -> {
      if (value == null) {
        rows.remove(key);
      } else {
        rows.put(key, value);
      }
    });
  }

  @Override
  public synchronized @Nullable Stored load(
      String kind, String name, Function<ServerRow, EntryReader> reader) {
    check();
    readers.add(Thread.currentThread());
    Kept kept = servers.get(new Place(name, kind));
    if (kept == null) {
      return null;
    }
    EntryReader entries = reader.apply(kept.row);
    kept.tables.forEach((table, rows) ->
        rows.forEach((key, row) -> entries.entry(table, key, row.value(), row.version())));
    return new Stored(
        kept.row,
        kept.state,
        kept.timers.values().stream()
            .sorted(Comparator.comparingLong(TimerRow::due).thenComparingLong(TimerRow::sequence))
            .toList(),
        kept.answers.values().stream()
            .sorted(
                Comparator.comparingLong(AnswerRow::at).thenComparing(AnswerRow::key, Key::compare))
            .toList());
  }

  @Override
  public synchronized @Nullable ServerRow find(String kind, String name) {
    check();
    Kept kept = servers.get(new Place(name, kind));
    return kept == null ? null : kept.row;
  }

  @Override
  public synchronized List<ServerRow> list(
      Collection<String> kinds, String prefix, @Nullable Place after, int limit) {
    check();
    return servers.entrySet().stream()
        .filter(server -> kinds.contains(server.getKey().kind()))
        .filter(server -> server.getKey().name().startsWith(prefix))
        .filter(server -> after == null || PLACES.compare(server.getKey(), after) > 0)
        .limit(limit)
        .map(server -> server.getValue().row)
        .toList();
  }

  @Override
  public synchronized Map<String, Long> counts() {
    check();
    Map<String, Long> counts = new HashMap<>();
    servers.keySet().forEach(place -> counts.merge(place.kind(), 1L, Long::sum));
    return counts;
  }

  @Override
  public synchronized List<Due> due(Instant until, int limit) {
    check();
    return firstTimers(Instant.MIN).stream()
        .filter(due -> !due.at().isAfter(until))
        .limit(limit)
        .toList();
  }

  @Override
  public synchronized @Nullable Instant nextDue(Instant instant) {
    check();
    return firstTimers(instant).stream().map(Due::at).findFirst().orElse(null);
  }

  /** Of each server its first timer after {@code instant}. */
  private List<Due> firstTimers(Instant instant) {
    return servers.entrySet().stream()
        .flatMap(server ->
            server.getValue().timers.values().stream()
                .map(timer -> Instant.ofEpochMilli(timer.due()))
                .filter(at -> at.isAfter(instant))
                .min(Comparator.naturalOrder())
                .map(at -> new Due(server.getKey().kind(), server.getKey().name(), at))
                .stream())
        .sorted(
            Comparator.comparing(Due::at)
                .thenComparing(Due::kind, Key::compare)
                .thenComparing(Due::name, Key::compare))
        .toList();
  }

  @Override
  public long epoch() {
    return epoch;
  }

  @Override
  public synchronized long size() {
    check();
    return servers.size();
  }

  @Override
  public void backup(Path target) {
    throw new StoreFailure("Memory has no backup", false, null);
  }

  @Override
  public void compact() {}

  @Override
  public synchronized void close() {
    closed = true;
  }
}
