package dev.genserver.runtime;

import dev.genserver.behaviour.Table;
import dev.genserver.store.AnswerRow;
import dev.genserver.store.Change;
import dev.genserver.store.Change.TableChange;
import dev.genserver.store.EntryRow;
import dev.genserver.store.ServerRow;
import dev.genserver.store.StateStore;
import dev.genserver.store.StoreFailure;
import dev.genserver.store.TimerRow;
import dev.genserver.wire.StateForm;
import dev.genserver.wire.Wire;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The one thread that writes to the store, for all durable servers together.
 *
 * <p>Every turn that must be stored, and every one whose answer is based on something not yet
 * stored, is submitted as an {@link Entry}; the server goes on with its next message at once. While
 * one transaction is under way, entries gather; the next one takes them all. Of a server that took
 * a hundred steps meanwhile only the last state is written, and of its tables the rows whose keys
 * any of the steps changed. When the transaction is through, everybody is told, in the order in
 * which the turns were taken: so a reply is released only after all that it was based on is stored,
 * and a group costs one sync of the disk however many wait for it.
 *
 * <p>If a transaction fails, the servers in it are ahead of the store. Their journals are marked as
 * broken, whoever waits is told, and so is everybody whose turn is submitted to a broken journal
 * afterwards, for it was taken on a state that does not count. A server whose journal is broken
 * throws its state away before its next message, and is loaded anew. An entry without a change of
 * its own is a query's: it surely had no effect.
 *
 * <p>A cast that has to wait for its turn is stored as a timer that is due already (KEEP), and the
 * row goes with the entry of its step. Both come here, in either order; whichever is first decides:
 * a cast whose step was seen is not stored any more.
 */
final class Committer implements Runnable {
  private static final Logger LOG = LoggerFactory.getLogger(Committer.class);

  private static final Outcome BROKEN =
      new Outcome.StoreUnavailable("what this was based on could not be stored");

  private final StateStore store;
  private final Listener listener;
  private final AtomicReference<@Nullable Entry> top = new AtomicReference<>();
  private final CompletableFuture<Void> ended = new CompletableFuture<>();
  private volatile @Nullable Thread thread;
  private volatile boolean closing;
  private long kept;

  Committer(StateStore store, Listener listener) {
    this.store = store;
    this.listener = listener;
  }

  /** Takes an entry in; from any thread, but those of one server from one at a time. */
  void submit(Entry entry) {
    Entry newest;
    do {
      newest = top.get();
      entry.below = newest;
    } while (!top.compareAndSet(newest, entry));
    if (newest == null) {
      LockSupport.unpark(thread);
    }
    if (ended.isDone()) {
      failRest();
    }
  }

  /** Stores what was submitted so far, and ends. */
  void close() {
    closing = true;
    LockSupport.unpark(thread);
    ended.join();
  }

  @Override
  public void run() {
    thread = Thread.currentThread();
    while (true) {
      List<Entry> group = take();
      if (!group.isEmpty()) {
        commit(group);
      } else if (closing) {
        break;
      } else {
        LockSupport.park(this);
        closing |= Thread.interrupted();
      }
    }
    ended.complete(null);
    failRest();
  }

  private void failRest() {
    for (Entry entry : take()) {
      tell(entry, () -> entry.fail(Outcome.ShuttingDown.INSTANCE));
      if (entry.what == Entry.What.KEEP && entry.envelope != null) {
        entry.envelope.complete(Outcome.ShuttingDown.INSTANCE);
      }
    }
  }

  /** All entries that wait, the oldest first. */
  private List<Entry> take() {
    List<Entry> group = new ArrayList<>();
    for (Entry entry = top.getAndSet(null); entry != null; entry = entry.below) {
      group.add(entry);
    }
    return group.reversed();
  }

  private void commit(List<Entry> group) {
    long began = System.nanoTime();
    Map<Journal, Work> works = new LinkedHashMap<>();
    Set<Journal> concerned = new HashSet<>();
    Outcome failure = null;
    try {
      for (Entry entry : group) {
        if (!entry.journal.isBroken()) {
          concerned.add(entry.journal);
          add(entry, works);
        }
      }
      concerned = works.keySet();
      write(works.values());
    } catch (StoreFailure e) {
      LOG.error("A commit of {} servers failed: {}", works.size(), e.getMessage());
      failure =
          e.outcomeUnknown()
              ? Outcome.UnknownOutcome.INSTANCE
              : new Outcome.StoreUnavailable(String.valueOf(e.getMessage()));
    } catch (Throwable t) { // whatever happens, nobody may be left waiting
      LOG.error("A commit of {} servers failed", works.size(), t);
      failure = new Outcome.StoreUnavailable("an error of the service; see its log");
    }
    if (failure == null) {
      works.keySet().forEach(Journal::isOfToday);
    } else {
      concerned.forEach(Journal::breakOff);
    }
    for (Entry entry : group) {
      boolean isDone = !entry.journal.isBroken();
      Outcome why = failure != null && concerned.contains(entry.journal) ? failure : BROKEN;
      tell(entry, isDone ? () -> settle(entry) : () -> fail(entry, why));
    }
    if (!works.isEmpty()) {
      boolean synced = works.keySet().stream().anyMatch(journal -> journal.sync);
      listener.committed(
          works.size(), group.size(), synced, failure == null, System.nanoTime() - began);
    }
  }

  private static void tell(Entry entry, Runnable telling) {
    try {
      telling.run();
    } catch (Throwable t) { // all others wait for this thread
      LOG.error("{} may have lost an answer", entry.journal.server, t);
    }
  }

  private void settle(Entry entry) {
    if (entry.what == Entry.What.KEEP) {
      if (entry.envelope instanceof Cast cast && cast.row != null) {
        entry.journal.kept.put(cast.row, cast);
      }
    } else {
      entry.journal.settle(entry.number);
      if (entry.envelope instanceof Cast cast && cast.row != null) {
        entry.journal.kept.remove(cast.row);
      }
    }
    entry.release();
  }

  private static void fail(Entry entry, Outcome failure) {
    entry.fail(
        failure instanceof Outcome.UnknownOutcome && !entry.isToStore()
            ? new Outcome.StoreUnavailable("the store went away")
            : failure);
    if (entry.envelope instanceof Cast cast) {
      cast.stepped = false;
      cast.asked = false;
    }
  }

  // What a group comes to, server by server.

  private static final class Work {
    final Journal journal;
    boolean fresh;
    boolean deleted;
    boolean configured;
    final Map<String, TableWork> tables = new LinkedHashMap<>();
    final Map<String, @Nullable TimerRow> timers = new LinkedHashMap<>();
    final Map<String, @Nullable AnswerRow> answers = new LinkedHashMap<>();

    Work(Journal journal) {
      this.journal = journal;
    }

    TableWork table(String name) {
      return tables.computeIfAbsent(name, n -> new TableWork());
    }
  }

  /** The keys whose rows are to be written, or all of them. */
  private static final class TableWork {
    boolean all;
    final Set<String> keys = new HashSet<>();
  }

  private void add(Entry entry, Map<Journal, Work> works) {
    Journal journal = entry.journal;
    if (entry.what == Entry.What.KEEP) {
      keep(entry, works);
      return;
    }
    String kept = null;
    if (entry.envelope instanceof Cast cast) {
      cast.stepped = true;
      kept = cast.row;
    }
    if (!entry.isToStore() && kept == null && entry.what != Entry.What.DELETE) {
      return;
    }
    Work work = works.computeIfAbsent(journal, Work::new);
    work.fresh |= entry.what == Entry.What.FRESH;
    work.deleted |= entry.what == Entry.What.DELETE;
    work.configured |= entry.what == Entry.What.CONFIGURE;
    work.timers.putAll(entry.unsaid.timers());
    work.answers.putAll(entry.unsaid.remembered());
    if (kept != null) {
      work.timers.put(kept, null);
    }
    if (entry.state != null) {
      journal.state = entry.state;
      journal.version = entry.version;
      form(journal)
          .tables(entry.state)
          .forEach((name, table) -> add(table, entry.what == Entry.What.UNLOAD, work.table(name)));
    }
  }

  private static void add(Table<?> table, boolean withTouched, TableWork work) {
    Set<String> changed = table.changed();
    if (changed == null) {
      work.all = true;
    } else {
      work.keys.addAll(changed);
    }
    if (withTouched) {
      work.keys.addAll(table.touched());
    }
  }

  private void keep(Entry entry, Map<Journal, Work> works) {
    if (!(entry.envelope instanceof Cast cast) || cast.stepped || cast.isOver()) {
      return;
    }
    Server server = entry.journal.server;
    String id = cast.rowId(store.epoch(), ++kept);
    cast.row = id;
    works
        .computeIfAbsent(entry.journal, Work::new)
        .timers
        .put(
            id,
            new TimerRow(
                id,
                System.currentTimeMillis(),
                null,
                false,
                kept,
                server.kind().nameOf(Command.within(cast.message)),
                Wire.encode(Command.within(cast.message))));
  }

  private void write(Collection<Work> works) {
    if (works.isEmpty()) {
      return;
    }
    List<Change> changes = new ArrayList<>(works.size());
    boolean sync = false;
    for (Work work : works) {
      changes.add(change(work));
      if (work.configured && !work.deleted) {
        changes.add(configured(work.journal.server));
      }
      sync |= work.journal.sync;
    }
    store.commit(changes, sync);
  }

  private static Change configured(Server server) {
    return new Change.Configure(
        server.kind().name(),
        server.name,
        Wire.encode(server.options),
        Wire.encode(server.arguments()));
  }

  private Change change(Work work) {
    Journal journal = work.journal;
    Server server = journal.server;
    if (work.deleted) {
      return new Change.Delete(server.kind().name(), server.name);
    }
    Object state = Objects.requireNonNull(journal.state);
    StateForm form = form(journal);
    Map<String, Table<?>> tables = form.tables(state);
    if (journal.upgraded) {
      tables.keySet().forEach(name -> work.table(name).all = true);
    }
    List<TableChange> entries = new ArrayList<>(work.tables.size());
    journal.obsolete.forEach(name -> entries.add(new TableChange(name, true, Map.of())));
    work.tables.forEach((name, keys) -> {
      // A state comes here before it is marked, and a table made in its turn knows no version yet.
      Table<?> table = Objects.requireNonNull(tables.get(name)).mark(journal.version);
      entries.add(tableChange(name, table, keys, form));
    });
    return new Change.Put(
        row(server, journal.version, work.fresh),
        work.fresh,
        form.plain(state),
        entries,
        work.timers,
        work.answers);
  }

  private static TableChange tableChange(
      String name, Table<?> table, TableWork work, StateForm form) {
    Map<String, @Nullable EntryRow> rows = new LinkedHashMap<>();
    if (work.all) {
      table.forEach((key, row) -> rows.put(key, entry(row, table.version(key), form)));
    } else {
      for (String key : work.keys) {
        Object row = table.get(key);
        rows.put(key, row == null ? null : entry(row, table.version(key), form));
      }
    }
    return new TableChange(name, work.all, rows);
  }

  private static EntryRow entry(Object row, long version, StateForm form) {
    return new EntryRow(form.entry(row), version);
  }

  /** The server's own row. What never changes is left out unless it is fresh. */
  private ServerRow row(Server server, long version, boolean fresh) {
    return new ServerRow(
        server.kind().name(),
        server.name,
        server.incarnation,
        version,
        server.kind().formNumber(),
        fresh ? Wire.encode(server.arguments()) : "{}",
        fresh ? Wire.encode(server.options) : "{}",
        server.startedAt,
        store.epoch(),
        server.handled,
        server.crashes,
        server.restarts);
  }

  private static StateForm form(Journal journal) {
    return journal.server.kind().form();
  }
}
