package dev.genserver.store;

import com.zaxxer.hikari.HikariConfig;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Map;
import java.util.Set;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.postgresql.ds.PGSimpleDataSource;

/**
 * PostgreSQL. The tables are in the connection's schema: {@code public}, or what {@code
 * currentSchema} in the URL says.
 *
 * <p>The process that owns them holds an advisory lock on the connection that writes. So the lock
 * must be the connection's own: between the two there can be no pooler that shares connections.
 */
final class Postgres implements Dialect {
  private static final String LOCK = "hashtext('genserver'), hashtext(current_schema())";

  /** Class 08 is the connection; 57P0x the server ends it, or is not ready. */
  private static final Set<String> GONE = Set.of("57P01", "57P02", "57P03", "57P05");

  private final StoreSettings settings;
  private final String place;

  Postgres(StoreSettings settings) {
    this.settings = settings;
    this.place = settings.url().replaceFirst("[?].*", "").replaceFirst("^jdbc:", "");
  }

  @Override
  public String place() {
    return place;
  }

  @Override
  public void claim() throws SQLException {
    try (Connection connection = source().getConnection()) {
      if (!"UTF8".equals(text(connection, "SHOW server_encoding"))) {
        throw new StoreFailure(
            "The encoding of %s is not UTF8. Make a database with ENCODING 'UTF8'".formatted(place),
            false,
            null);
      }
      if (text(connection, "SELECT current_schema()") == null) {
        throw new StoreFailure(
            "There is no such schema in %s. Make it, or correct currentSchema in the URL"
                .formatted(place),
            false,
            null);
      }
      refuseForeign(connection);
    }
  }

  private void refuseForeign(Connection connection) throws SQLException {
    String foreign =
        text(
            connection,
            """
            SELECT MIN(relname::text) FROM pg_class
            WHERE relnamespace = current_schema()::regnamespace AND relkind IN ('r', 'p', 'v')
            HAVING COUNT(*) FILTER (WHERE relname = '%s') = 0\
            """
                .formatted(Schema.HISTORY));
    if (foreign != null) {
      throw new StoreFailure(
          "%s has tables of another program, such as %s. Use a database of its own, or a schema of its own (currentSchema in the URL)"
              .formatted(place, foreign),
          false,
          null);
    }
  }

  @Override
  public void release() {}

  @Override
  public Connection connect() throws SQLException {
    Connection connection = source().getConnection();
    boolean locked = false;
    try {
      // A server that learns soon that this machine is gone lets another one have the lock.
      Dialect.run(
          connection,
          "SET tcp_keepalives_idle = 10",
          "SET tcp_keepalives_interval = 5",
          "SET tcp_keepalives_count = 3");
      lock(connection);
      connection.setAutoCommit(false);
      locked = true;
      return connection;
    } finally {
      if (!locked) {
        connection.close();
      }
    }
  }

  /** Waits a little: the connection of a process that has just ended may still be there. */
  private void lock(Connection connection) throws SQLException {
    Dialect.run(connection, "SET lock_timeout = '2s'");
    try {
      Dialect.run(connection, "SELECT pg_advisory_lock(" + LOCK + ")");
    } catch (SQLException e) {
      if (!"55P03".equals(e.getSQLState())) {
        throw e;
      }
      throw new StoreFailure(
          "%s is in use by %s. End that process, or use another database or schema"
              .formatted(place, holder(connection)),
          false,
          e);
    }
    Dialect.run(connection, "RESET lock_timeout");
  }

  private static String holder(Connection connection) throws SQLException {
    String backend =
        text(
            connection,
            """
            SELECT 'connection ' || pid || ' (if its machine is gone: SELECT pg_terminate_backend('
            || pid || '))' FROM pg_locks WHERE locktype = 'advisory' AND granted
            AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
            AND classid = hashtext('genserver')::oid AND objid = hashtext(current_schema())::oid
            LIMIT 1\
            """);
    String process = "another process";
    if (text(connection, "SELECT to_regclass('owner')::text") != null) {
      process = text(connection, "SELECT 'process ' || process || ', since ' || since FROM owner");
    }
    return process + ", " + backend;
  }

  @Override
  public HikariConfig readers() {
    HikariConfig config = new HikariConfig();
    config.setDataSource(source());
    config.setReadOnly(true);
    config.setTransactionIsolation("TRANSACTION_REPEATABLE_READ");
    return config;
  }

  @Override
  public DataSource migrations() {
    return source();
  }

  private PGSimpleDataSource source() {
    PGSimpleDataSource source = new PGSimpleDataSource();
    source.setApplicationName("genserver");
    source.setConnectTimeout(2);
    source.setLoginTimeout(2);
    source.setSocketTimeout(60);
    source.setTcpKeepAlive(true);
    source.setDefaultRowFetchSize(1_000);
    source.setReWriteBatchedInserts(true);
    source.setUrl(settings.url());
    if (!settings.username().isEmpty()) {
      source.setUser(settings.username());
    }
    if (!settings.password().isEmpty()) {
      source.setPassword(settings.password());
    }
    return source;
  }

  @Override
  public Map<String, String> types() {
    return Map.of("key", "TEXT COLLATE \"C\"", "clustered", "");
  }

  /** A server that is set to more than {@code on}, such as a synchronous standby, keeps that. */
  @Override
  public void durability(Connection connection, boolean sync) throws SQLException {
    Dialect.run(
        connection,
        sync
            ? """
            SELECT set_config(name, CASE reset_val WHEN 'off' THEN 'on' ELSE reset_val END, false)
            FROM pg_settings WHERE name = 'synchronous_commit'\
            """
            : "SET synchronous_commit = off");
  }

  /** The driver begins it with the first statement. */
  @Override
  public void begin(Connection connection) {}

  @Override
  public void commit(Connection connection) throws SQLException {
    connection.commit();
  }

  @Override
  public boolean isGone(SQLException e) {
    String state = state(e);
    return state.startsWith("08") || GONE.contains(state);
  }

  /** A server that says no has undone the commit; one that says nothing may have made it. */
  @Override
  public StoreFailure failure(SQLException e, boolean committing) {
    return new StoreFailure(text(e), committing && isGone(e), e);
  }

  private static String state(SQLException e) {
    String state = "";
    for (Throwable cause = e; cause != null; cause = cause.getCause()) {
      if (cause instanceof SQLException sql && sql.getSQLState() != null) {
        state = sql.getSQLState();
      }
    }
    return state;
  }

  private String text(SQLException e) {
    String reason = reason(e);
    if (isGone(e)) {
      return "%s can't be reached (%s). It goes on by itself when it is back"
          .formatted(place, reason);
    }
    return switch (state(e)) {
      case "28000", "28P01" ->
          "%s does not let %s in (%s). Correct spring.datasource.username and password"
              .formatted(place, settings.username(), reason);
      case "3D000" -> "%s is not there (%s). Make it with CREATE DATABASE".formatted(place, reason);
      case "42501" ->
          "%s may not do what is needed in %s (%s). Make it the owner of the database or schema"
              .formatted(settings.username(), place, reason);
      case "53100" ->
          "The disk of %s is full (%s). Make room; it then goes on by itself"
              .formatted(place, reason);
      case "53300" ->
          "%s has no connection left (%s). Raise its max_connections".formatted(place, reason);
      case "25006" ->
          "%s takes no changes (%s). It may be a standby: use the primary".formatted(place, reason);
      default -> "%s could not be used: %s".formatted(place, reason);
    };
  }

  private static String reason(SQLException e) {
    Throwable root = e;
    while (root.getCause() instanceof SQLException cause) {
      root = cause;
    }
    return String.valueOf(root.getMessage());
  }

  @Override
  public long size(Connection connection) throws SQLException {
    String size =
        text(
            connection,
            """
            SELECT COALESCE(SUM(pg_total_relation_size(oid)), 0)::text FROM pg_class
            WHERE relnamespace = current_schema()::regnamespace AND relkind = 'r'\
            """);
    return size == null ? 0 : Long.parseLong(size);
  }

  /** Autovacuum does it. */
  @Override
  public void compact(Connection connection) {}

  @Override
  public void backup(Path target) {
    throw new StoreFailure(
        "%s is backed up with its own tools, such as pg_dump".formatted(place), false, null);
  }

  private static @Nullable String text(Connection connection, String sql) throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery(sql)) {
      return row.next() ? row.getString(1) : null;
    }
  }
}
