package dev.genserver.store;

import dev.genserver.store.Change.Configure;
import dev.genserver.store.Change.Delete;
import dev.genserver.store.Change.Put;
import dev.genserver.store.Change.TableChange;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Writes changes as rows, those of all servers together: as few statements as there are kinds of
 * rows, whatever the number of changes.
 *
 * <p>Rows of entries, timers and answers are there only if their server's is. So a server that is
 * new has none to remove.
 */
final class ChangeWriter {
  private static final String CHANGE_SERVER =
      """
      UPDATE servers SET version = ?, form = ?, epoch = ?, handled = ?, crashes = ?, restarts = ?,
      state = ? WHERE kind = ? AND name = ?\
      """;
  private static final String REPLACE_SERVER =
      """
      UPDATE servers SET incarnation = ?, version = ?, form = ?, started_at = ?, epoch = ?,
      handled = ?, crashes = ?, restarts = ?, options = ?, arguments = ?, state = ?
      WHERE kind = ? AND name = ?\
      """;
  private static final String CONFIGURE_SERVER =
      "UPDATE servers SET options = ?, arguments = ? WHERE kind = ? AND name = ?";
  private static final String INSERT_SERVER =
      """
      INSERT INTO servers (incarnation, version, form, started_at, epoch,
      handled, crashes, restarts, options, arguments, state, kind, name)
      VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)\
      """;
  private static final String DELETE_SERVER = "DELETE FROM servers WHERE kind = ? AND name = ?";
  private static final List<String> DELETE_WHAT_IT_HAS =
      List.of(
          "DELETE FROM entries WHERE kind = ? AND name = ?",
          "DELETE FROM timers WHERE kind = ? AND name = ?",
          "DELETE FROM answers WHERE kind = ? AND name = ?");
  private static final String COUNT =
      """
      INSERT INTO server_counts (kind, servers) VALUES (?, ?)
      ON CONFLICT (kind) DO UPDATE SET servers = server_counts.servers + excluded.servers\
      """;

  private static final String CLEAR_TABLE =
      "DELETE FROM entries WHERE kind = ? AND name = ? AND tbl = ?";
  private static final String PUT_ENTRY =
      """
      INSERT INTO entries (kind, name, tbl, key, value, version) VALUES (?, ?, ?, ?, ?, ?)
      ON CONFLICT (kind, name, tbl, key) DO UPDATE SET value = excluded.value,
      version = excluded.version\
      """;
  private static final String REMOVE_ENTRY =
      "DELETE FROM entries WHERE kind = ? AND name = ? AND tbl = ? AND key = ?";
  private static final String PUT_TIMER =
      """
      INSERT INTO timers (kind, name, id, due, every, own, sequence, operation, arguments)
      VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
      ON CONFLICT (kind, name, id) DO UPDATE SET due = excluded.due, every = excluded.every,
      own = excluded.own, sequence = excluded.sequence, operation = excluded.operation,
      arguments = excluded.arguments\
      """;
  private static final String REMOVE_TIMER =
      "DELETE FROM timers WHERE kind = ? AND name = ? AND id = ?";
  private static final String PUT_ANSWER =
      """
      INSERT INTO answers (kind, name, key, at, request, answer) VALUES (?, ?, ?, ?, ?, ?)
      ON CONFLICT (kind, name, key) DO UPDATE SET at = excluded.at, request = excluded.request,
      answer = excluded.answer\
      """;
  private static final String REMOVE_ANSWER =
      "DELETE FROM answers WHERE kind = ? AND name = ? AND key = ?";

  private final Session session;

  /** The rows that wait, by statement, in the order in which the statements are to run. */
  private final Map<String, List<@Nullable Object[]>> waiting = new LinkedHashMap<>();

  private final Map<String, Long> counts = new LinkedHashMap<>();

  private ChangeWriter(Session session) {
    this.session = session;
  }

  static void write(Session session, List<Change> changes) throws SQLException {
    ChangeWriter writer = new ChangeWriter(session);
    writer.servers(changes);
    writer.belongings(changes);
  }

  private void servers(List<Change> changes) throws SQLException {
    List<Put> puts = new ArrayList<>();
    List<Delete> deletes = new ArrayList<>();
    List<Configure> configures = new ArrayList<>();
    for (Change change : changes) {
      switch (change) {
        case Put put -> puts.add(put);
        case Delete delete -> deletes.add(delete);
        case Configure configure -> configures.add(configure);
      }
    }
    put(puts);
    delete(deletes);
    configures.forEach(
        to -> later(CONFIGURE_SERVER, to.options(), to.arguments(), to.kind(), to.name()));
    counts.forEach((kind, change) -> later(COUNT, kind, change));
    flush();
  }

  private void put(List<Put> puts) throws SQLException {
    List<Put> fresh = puts.stream().filter(Put::fresh).toList();
    List<Put> known = puts.stream().filter(put -> !put.fresh()).toList();
    int[] changed = run(CHANGE_SERVER, known, ChangeWriter::changedRow);
    insertMissing(known, changed);
    int[] replaced = run(REPLACE_SERVER, fresh, ChangeWriter::row);
    insertMissing(fresh, replaced);
    for (int i = 0; i < replaced.length; i++) {
      if (replaced[i] > 0) {
        forgetWhatItHas(fresh.get(i));
      }
    }
  }

  private int[] run(String sql, List<Put> puts, Function<Put, @Nullable Object[]> row)
      throws SQLException {
    List<@Nullable Object[]> rows = new ArrayList<>(puts.size());
    puts.forEach(put -> rows.add(row.apply(put)));
    return session.run(sql, rows);
  }

  private void insertMissing(List<Put> puts, int[] found) {
    for (int i = 0; i < found.length; i++) {
      if (found[i] == 0) {
        later(INSERT_SERVER, row(puts.get(i)));
        counts.merge(puts.get(i).kind(), 1L, Long::sum);
      }
    }
  }

  private void delete(List<Delete> deletes) throws SQLException {
    List<@Nullable Object[]> rows = new ArrayList<>();
    deletes.forEach(delete -> rows.add(new Object[] {delete.kind(), delete.name()}));
    int[] found = session.run(DELETE_SERVER, rows);
    for (int i = 0; i < found.length; i++) {
      if (found[i] > 0) {
        counts.merge(deletes.get(i).kind(), -1L, Long::sum);
        forgetWhatItHas(deletes.get(i));
      }
    }
  }

  private void forgetWhatItHas(Change change) {
    DELETE_WHAT_IT_HAS.forEach(sql -> later(sql, change.kind(), change.name()));
  }

  private void belongings(List<Change> changes) throws SQLException {
    for (Change change : changes) {
      if (change instanceof Put put) {
        put.tables().stream()
            .filter(TableChange::cleared)
            .forEach(table -> later(CLEAR_TABLE, put.kind(), put.name(), table.table()));
      }
    }
    flush();
    for (Change change : changes) {
      if (change instanceof Put put) {
        put.tables().forEach(table -> entries(put, table));
        timers(put);
        answers(put);
      }
    }
    flush();
  }

  private void entries(Put put, TableChange change) {
    change
        .entries()
        .forEach((key, entry) -> {
          if (entry != null) {
            later(
                PUT_ENTRY,
                put.kind(),
                put.name(),
                change.table(),
                key,
                entry.value(),
                entry.version());
          } else if (!change.cleared()) {
            later(REMOVE_ENTRY, put.kind(), put.name(), change.table(), key);
          }
        });
  }

  private void timers(Put put) {
    put.timers()
        .forEach((id, timer) -> {
          if (timer == null) {
            later(REMOVE_TIMER, put.kind(), put.name(), id);
          } else {
            later(PUT_TIMER, row(put, timer));
          }
        });
  }

  private void answers(Put put) {
    put.answers()
        .forEach((key, answer) -> {
          if (answer == null) {
            later(REMOVE_ANSWER, put.kind(), put.name(), key);
          } else {
            later(
                PUT_ANSWER,
                put.kind(),
                put.name(),
                key,
                answer.at(),
                answer.request(),
                answer.answer());
          }
        });
  }

  private static @Nullable Object[] changedRow(Put put) {
    ServerRow row = put.row();
    return new Object[] {
      row.version(),
      row.form(),
      row.epoch(),
      row.handled(),
      row.crashes(),
      row.restarts(),
      put.state(),
      row.kind(),
      row.name()
    };
  }

  private static @Nullable Object[] row(Put put) {
    ServerRow row = put.row();
    return new Object[] {
      row.incarnation(),
      row.version(),
      row.form(),
      row.startedAt(),
      row.epoch(),
      row.handled(),
      row.crashes(),
      row.restarts(),
      row.options(),
      row.arguments(),
      put.state(),
      row.kind(),
      row.name()
    };
  }

  private static @Nullable Object[] row(Put put, TimerRow timer) {
    return new @Nullable Object[] {
      put.kind(),
      put.name(),
      timer.id(),
      timer.due(),
      timer.every(),
      timer.own(),
      timer.sequence(),
      timer.operation(),
      timer.arguments()
    };
  }

  private void later(String sql, @Nullable Object... row) {
    waiting.computeIfAbsent(sql, key -> new ArrayList<>()).add(row);
  }

  private void flush() throws SQLException {
    for (Map.Entry<String, List<@Nullable Object[]>> statement : waiting.entrySet()) {
      session.run(statement.getKey(), statement.getValue());
    }
    waiting.clear();
  }
}
