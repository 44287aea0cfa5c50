package dev.genserver.store;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The connection that writes, with its statements. After a failure it is of no use any more. */
final class Session implements AutoCloseable {
  private static final int BATCH = 1_000;

  private final Dialect dialect;
  private final Connection connection;
  private final Map<String, PreparedStatement> statements = new HashMap<>();
  private @Nullable Boolean synced;

  private Session(Dialect dialect, Connection connection) {
    this.dialect = dialect;
    this.connection = connection;
  }

  static Session open(Dialect dialect) throws SQLException {
    return new Session(dialect, dialect.connect());
  }

  Connection connection() {
    return connection;
  }

  /** Begins a transaction of the owner that has this epoch. */
  void begin(boolean sync, long epoch) throws SQLException {
    if (synced == null || synced != sync) {
      dialect.durability(connection, sync);
      synced = sync;
    }
    dialect.begin(connection);
    checkOwner(epoch);
  }

  private void checkOwner(long epoch) throws SQLException {
    try (ResultSet owner = prepare("SELECT epoch, process, since FROM owner").executeQuery()) {
      owner.next();
      if (owner.getLong(1) != epoch) {
        throw new StoreFailure(
            "The store was taken over by "
                + owner.getString(2)
                + " on "
                + owner.getString(3)
                + ". This process can't write any more: end it, or the other one first",
            false,
            null);
      }
    }
  }

  /** Makes this process the owner, and returns its epoch. */
  long own(String process, Instant since) throws SQLException {
    dialect.begin(connection);
    run(
        "UPDATE owner SET epoch = epoch + 1, process = ?, since = ?",
        List.<@Nullable Object[]>of(new Object[] {process, since.toString()}));
    long epoch;
    try (ResultSet owner = prepare("SELECT epoch FROM owner").executeQuery()) {
      owner.next();
      epoch = owner.getLong(1);
    }
    commit();
    return epoch;
  }

  /** Runs a statement once for each of the rows, and returns how many rows each run changed. */
  int[] run(String sql, List<@Nullable Object[]> rows) throws SQLException {
    int[] changed = new int[rows.size()];
    for (int from = 0; from < changed.length; from += BATCH) {
      int to = Math.min(from + BATCH, changed.length);
      int[] part = batch(prepare(sql), rows.subList(from, to));
      System.arraycopy(part, 0, changed, from, part.length);
    }
    return changed;
  }

  private static int[] batch(PreparedStatement statement, List<@Nullable Object[]> rows)
      throws SQLException {
    for (@Nullable Object[] row : rows) {
      for (int i = 0; i < row.length; i++) {
        statement.setObject(i + 1, row[i]);
      }
      statement.addBatch();
    }
    return statement.executeBatch();
  }

  private PreparedStatement prepare(String sql) throws SQLException {
    PreparedStatement statement = statements.get(sql);
    if (statement == null) {
      statement = connection.prepareStatement(sql);
      statements.put(sql, statement);
    }
    return statement;
  }

  void commit() throws SQLException {
    dialect.commit(connection);
  }

  /** Closes the connection; what was not committed is undone by that. */
  @Override
  public void close() {
    try {
      connection.close();
    } catch (SQLException e) {
      // It is given up either way.
    }
  }
}
