package dev.genserver.store;

import com.zaxxer.hikari.HikariConfig;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Map;
import javax.sql.DataSource;

/** All that differs between databases. */
interface Dialect {
  /** The database's name in errors. */
  String place();

  /** Makes sure that the database is there, is ours or empty, and is no other process'. */
  void claim() throws SQLException;

  /** Gives up what {@link #claim} took. */
  void release();

  /**
   * Opens the connection that writes. As long as it lives, no other process can open one.
   *
   * <p>It never creates a database.
   */
  Connection connect() throws SQLException;

  /** Connections each of whose transactions sees one view of the database. */
  HikariConfig readers();

  /** Connections for the migrations of the schema. */
  DataSource migrations();

  /** What the schema's scripts leave open. */
  Map<String, String> types();

  /** Makes the transactions that follow on this connection outlive the machine, or not. */
  void durability(Connection connection, boolean sync) throws SQLException;

  /** Begins a transaction that writes. */
  void begin(Connection connection) throws SQLException;

  /** Commits it. */
  void commit(Connection connection) throws SQLException;

  /** Whether the connection is gone, so that a new one may do better. */
  boolean isGone(SQLException e);

  /**
   * Says what is wrong and the way out.
   *
   * @param committing whether it came up during the commit itself
   */
  StoreFailure failure(SQLException e, boolean committing);

  /** The size in bytes. */
  long size(Connection connection) throws SQLException;

  /** Gives some of the space that is not used back to the system; a short step of it. */
  void compact(Connection connection) throws SQLException;

  /** Writes a copy. */
  void backup(Path target);

  /** Runs statements without parameters. */
  static void run(Connection connection, String... statements) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      for (String sql : statements) {
        statement.execute(sql);
      }
    }
  }
}
