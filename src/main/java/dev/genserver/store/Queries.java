package dev.genserver.store;

import dev.genserver.behaviour.Key;
import dev.genserver.store.StateStore.Due;
import dev.genserver.store.StateStore.EntryReader;
import dev.genserver.store.StateStore.Place;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Reads rows. Every query walks along a key or an index from one place to another. */
final class Queries {
  private static final String SERVER =
      """
      SELECT kind, name, incarnation, version, form, arguments, options, started_at, epoch,
      handled, crashes, restarts\
      """;
  static final String FIND = SERVER + " FROM servers WHERE kind = ? AND name = ?";
  static final String LOAD = SERVER + ", state FROM servers WHERE kind = ? AND name = ?";
  static final String LIST =
      SERVER + " FROM servers WHERE kind = ? AND name >= ? ORDER BY name LIMIT ?";
  static final String ENTRIES =
      """
      SELECT tbl, key, value, version FROM entries WHERE kind = ? AND name = ?
      ORDER BY tbl, key\
      """;
  static final String TIMERS =
      """
      SELECT id, due, every, own, sequence, operation, arguments
      FROM timers WHERE kind = ? AND name = ? ORDER BY due, sequence\
      """;
  static final String ANSWERS =
      """
      SELECT key, at, request, answer FROM answers WHERE kind = ? AND name = ?
      ORDER BY at, key\
      """;
  private static final String COUNTS = "SELECT kind, servers FROM server_counts";
  static final String DUE =
      """
      SELECT kind, name, due FROM timers WHERE due <= ? AND (due, kind, name) > (?, ?, ?)
      ORDER BY due, kind, name LIMIT ?\
      """;
  static final String NEXT_DUE = "SELECT due FROM timers WHERE due > ? ORDER BY due LIMIT 1";

  private static final Comparator<ServerRow> ORDER =
      Comparator.comparing(ServerRow::name, Key::compare)
          .thenComparing(ServerRow::kind, Key::compare);

  private final Connection connection;

  Queries(Connection connection) {
    this.connection = connection;
  }

  Optional<ServerRow> find(String kind, String name) throws SQLException {
    return one(FIND, Queries::server, kind, name);
  }

  Optional<Stored> load(String kind, String name, Function<ServerRow, EntryReader> reader)
      throws SQLException {
    record Loaded(ServerRow row, String state) {}
    Optional<Loaded> loaded =
        one(LOAD, row -> new Loaded(server(row), row.getString("state")), kind, name);
    if (loaded.isEmpty()) {
      return Optional.empty();
    }
    EntryReader entries = reader.apply(loaded.get().row());
    each(
        ENTRIES,
        row -> entries.entry(row.getString(1), row.getString(2), row.getString(3), row.getLong(4)),
        kind,
        name);
    List<TimerRow> timers = all(TIMERS, Queries::timer, kind, name);
    List<AnswerRow> answers = all(ANSWERS, Queries::answer, kind, name);
    return loaded.map(server -> new Stored(server.row(), server.state(), timers, answers));
  }

  /** A kind's servers lie side by side, so each kind gives what it has, and the first are taken. */
  List<ServerRow> list(Collection<String> kinds, String prefix, @Nullable Place after, int limit)
      throws SQLException {
    String from = after == null || Key.compare(after.name(), prefix) < 0 ? prefix : after.name();
    List<ServerRow> rows = new ArrayList<>();
    for (String kind : kinds) {
      // One more, for the row at the place itself is not wanted.
      rows.addAll(all(LIST, Queries::server, kind, from, limit + 1));
    }
    return rows.stream()
        .filter(row -> row.name().startsWith(prefix) && isAfter(row, after))
        .sorted(ORDER)
        .limit(limit)
        .toList();
  }

  private static boolean isAfter(ServerRow row, @Nullable Place place) {
    if (place == null) {
      return true;
    }
    int order = Key.compare(row.name(), place.name());
    return order > 0 || (order == 0 && Key.compare(row.kind(), place.kind()) > 0);
  }

  Map<String, Long> counts() throws SQLException {
    Map<String, Long> counts = new HashMap<>();
    each(COUNTS, row -> counts.put(row.getString(1), row.getLong(2)));
    return counts;
  }

  /** A server may have many timers, so this reads on until there are enough servers. */
  List<Due> due(Instant until, int limit) throws SQLException {
    Map<List<String>, Due> servers = new LinkedHashMap<>();
    Due last = new Due("", "", Instant.ofEpochMilli(Long.MIN_VALUE));
    while (servers.size() < limit) {
      List<Due> page = due(until, last, limit);
      page.forEach(due -> servers.putIfAbsent(List.of(due.kind(), due.name()), due));
      if (page.size() < limit) {
        break;
      }
      last = page.getLast();
    }
    return servers.values().stream().limit(limit).toList();
  }

  private List<Due> due(Instant until, Due after, int limit) throws SQLException {
    return all(
        DUE,
        row -> new Due(row.getString(1), row.getString(2), Instant.ofEpochMilli(row.getLong(3))),
        until.toEpochMilli(),
        after.at().toEpochMilli(),
        after.kind(),
        after.name(),
        limit);
  }

  Optional<Instant> nextDue(Instant instant) throws SQLException {
    return one(NEXT_DUE, row -> Instant.ofEpochMilli(row.getLong(1)), instant.toEpochMilli());
  }

  private static ServerRow server(ResultSet row) throws SQLException {
    return new ServerRow(
        row.getString(1),
        row.getString(2),
        row.getLong(3),
        row.getLong(4),
        row.getInt(5),
        row.getString(6),
        row.getString(7),
        row.getLong(8),
        row.getLong(9),
        row.getLong(10),
        row.getInt(11),
        row.getInt(12));
  }

  private static TimerRow timer(ResultSet row) throws SQLException {
    long every = row.getLong(3);
    boolean once = row.wasNull();
    return new TimerRow(
        row.getString(1),
        row.getLong(2),
        once ? null : every,
        row.getBoolean(4),
        row.getLong(5),
        row.getString(6),
        row.getString(7));
  }

  private static AnswerRow answer(ResultSet row) throws SQLException {
    return new AnswerRow(row.getString(1), row.getLong(2), row.getString(3), row.getString(4));
  }

  private <T> Optional<T> one(String sql, Mapper<T> mapper, Object... parameters)
      throws SQLException {
    try (PreparedStatement statement = prepare(sql, parameters);
        ResultSet row = statement.executeQuery()) {
      return row.next() ? Optional.of(mapper.map(row)) : Optional.empty();
    }
  }

  private <T> List<T> all(String sql, Mapper<T> mapper, Object... parameters) throws SQLException {
    List<T> all = new ArrayList<>();
    each(sql, row -> all.add(mapper.map(row)), parameters);
    return all;
  }

  private void each(String sql, Visitor visitor, Object... parameters) throws SQLException {
    try (PreparedStatement statement = prepare(sql, parameters);
        ResultSet row = statement.executeQuery()) {
      while (row.next()) {
        visitor.visit(row);
      }
    }
  }

  private PreparedStatement prepare(String sql, Object... parameters) throws SQLException {
    PreparedStatement statement = connection.prepareStatement(sql);
    for (int i = 0; i < parameters.length; i++) {
      statement.setObject(i + 1, parameters[i]);
    }
    return statement;
  }

  private interface Mapper<T> {
    T map(ResultSet row) throws SQLException;
  }

  private interface Visitor {
    void visit(ResultSet row) throws SQLException;
  }
}
