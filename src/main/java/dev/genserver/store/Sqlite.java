package dev.genserver.store;

import com.zaxxer.hikari.HikariConfig;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Map;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.sqlite.SQLiteConfig;
import org.sqlite.SQLiteDataSource;
import org.sqlite.SQLiteErrorCode;
import org.sqlite.SQLiteException;
import org.sqlite.SQLiteOpenMode;

/** SQLite, in a file of the data folder: the embedded database. */
final class Sqlite implements Dialect {
  /** Stands in the file's header and says that it is ours: "GenS". */
  private static final int APPLICATION = 0x47656e53;

  private static final int BUSY_MILLIS = 2_000;

  /** Pages of 4 KiB; a step of compaction holds up commits for some milliseconds. */
  private static final int COMPACTED_PAGES = 250;

  private final Path folder;
  private final Path file;
  private @Nullable FolderLock lock;

  Sqlite(Path folder) {
    this.folder = folder.toAbsolutePath().normalize();
    this.file = this.folder.resolve("genserver.db");
  }

  @Override
  public String place() {
    return file.toString();
  }

  @Override
  public void claim() throws SQLException {
    try {
      Files.createDirectories(folder);
      lock = FolderLock.take(folder);
    } catch (IOException e) {
      throw new StoreFailure(
          "The data folder %s can't be used: %s. Make it a folder that this process may write to, or choose another (genserver.data)"
              .formatted(folder, e),
          false,
          e);
    }
    try (Connection connection = source(true).getConnection()) {
      mark(connection);
    }
  }

  /** Looks before it writes: a file of somebody else's stays as it is. */
  private void mark(Connection connection) throws SQLException {
    long application = number(connection, "PRAGMA application_id");
    if (application == APPLICATION) {
      return;
    }
    if (application != 0 || number(connection, "SELECT COUNT(*) FROM sqlite_master") > 0) {
      throw new StoreFailure(
          "%s is a database of another program. Move it away, or choose another folder (genserver.data)"
              .formatted(file),
          false,
          null);
    }
    // The first must be set before there is anything in the file.
    Dialect.run(
        connection,
        "PRAGMA auto_vacuum = INCREMENTAL",
        "PRAGMA application_id = " + APPLICATION,
        "PRAGMA journal_mode = WAL");
    sync(folder);
    sync(folder.getParent());
  }

  private static void sync(@Nullable Path path) {
    if (path == null) {
      return;
    }
    try (FileChannel channel = FileChannel.open(path, StandardOpenOption.READ)) {
      channel.force(true);
    } catch (IOException e) {
      // Not every system lets one sync a folder; those that don't need no such thing.
    }
  }

  @Override
  public void release() {
    if (lock != null) {
      lock.close();
    }
  }

  @Override
  public Connection connect() throws SQLException {
    Connection connection = source(false).getConnection();
    // A backup that was put here has another journal mode.
    Dialect.run(
        connection,
        "PRAGMA journal_mode = WAL",
        "PRAGMA cache_size = -16384",
        "PRAGMA wal_autocheckpoint = 4000",
        "PRAGMA journal_size_limit = 67108864");
    return connection;
  }

  @Override
  public HikariConfig readers() {
    HikariConfig config = new HikariConfig();
    config.setDataSource(source(false));
    return config;
  }

  @Override
  public DataSource migrations() {
    return source(false);
  }

  private SQLiteDataSource source(boolean create) {
    SQLiteConfig config = new SQLiteConfig();
    config.setBusyTimeout(BUSY_MILLIS);
    config.setCacheSize(-4096);
    if (!create) {
      config.resetOpenMode(SQLiteOpenMode.CREATE);
    }
    SQLiteDataSource source = new SQLiteDataSource(config);
    source.setUrl("jdbc:sqlite:" + file);
    return source;
  }

  @Override
  public Map<String, String> types() {
    return Map.of("key", "TEXT", "clustered", " WITHOUT ROWID");
  }

  @Override
  public void durability(Connection connection, boolean sync) throws SQLException {
    Dialect.run(connection, "PRAGMA synchronous = " + (sync ? "FULL" : "NORMAL"));
  }

  /** IMMEDIATE, so that it waits for another program that writes, such as a backup's. */
  @Override
  public void begin(Connection connection) throws SQLException {
    Dialect.run(connection, "BEGIN IMMEDIATE");
  }

  @Override
  public void commit(Connection connection) throws SQLException {
    Dialect.run(connection, "COMMIT");
  }

  @Override
  public boolean isGone(SQLException e) {
    return false;
  }

  @Override
  public StoreFailure failure(SQLException e, boolean committing) {
    SQLiteErrorCode code = code(e);
    return new StoreFailure(text(code, e), committing && isOpen(code), e);
  }

  /**
   * Whether a commit that ends with this code may come back. It is undone here; but if its last
   * page is in the log, and only the sync or the index after that failed, a crash before the next
   * commit brings it back. An error of writing, as when the disk is full, says that this page is
   * not there, and every other code comes before anything is written.
   */
  private static boolean isOpen(SQLiteErrorCode code) {
    return switch (code) {
      case SQLITE_IOERR_WRITE -> false;
      case SQLITE_NOMEM -> true;
      default -> kind(code) == SQLiteErrorCode.SQLITE_IOERR;
    };
  }

  /** Without what the extended codes add. */
  private static SQLiteErrorCode kind(SQLiteErrorCode code) {
    return SQLiteErrorCode.getErrorCode(code.code & 0xff);
  }

  private static SQLiteErrorCode code(SQLException e) {
    for (Throwable cause = e; cause != null; cause = cause.getCause()) {
      if (cause instanceof SQLiteException sqlite) {
        return sqlite.getResultCode();
      }
    }
    return SQLiteErrorCode.UNKNOWN_ERROR;
  }

  private String text(SQLiteErrorCode code, SQLException e) {
    return switch (kind(code)) {
      case SQLITE_FULL ->
          "The disk of %s is full. Make room; it then goes on by itself".formatted(file);
      case SQLITE_READONLY ->
          "%s can't be written to (%s). Make the file, its folder and its file system writable for this process; it then goes on by itself"
              .formatted(file, code.name());
      case SQLITE_IOERR ->
          "Reading or writing %s failed (%s). See the system's log: the disk may be failing or full"
              .formatted(file, code.name());
      case SQLITE_CORRUPT ->
          "%s is damaged (%s). End this process and put a backup in its place"
              .formatted(file, code.name());
      case SQLITE_NOTADB ->
          "%s is not an SQLite database. Move it away or put a backup in its place, or choose another folder (genserver.data)"
              .formatted(file);
      case SQLITE_CANTOPEN ->
          "%s can't be opened (%s). See that it is there and that this process may read and write it and its folder"
              .formatted(file, code.name());
      case SQLITE_BUSY, SQLITE_LOCKED ->
          "%s is locked by another program for more than %d ms. End what else has it open for writing"
              .formatted(file, BUSY_MILLIS);
      default -> "%s could not be used: %s".formatted(file, e.getMessage());
    };
  }

  @Override
  public long size(Connection connection) throws SQLException {
    return length(file) + length(Path.of(file + "-wal"));
  }

  /** Never opens the file: closing it would free SQLite's own locks (POSIX). */
  private static long length(Path path) {
    try {
      return Files.size(path);
    } catch (IOException e) {
      return 0;
    }
  }

  @Override
  public void compact(Connection connection) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.executeUpdate("PRAGMA incremental_vacuum(" + COMPACTED_PAGES + ")");
    }
  }

  @Override
  public void backup(Path target) {
    Path whole = target.toAbsolutePath();
    Path part = whole.resolveSibling(whole.getFileName() + ".part");
    try {
      if (Files.exists(whole)) {
        throw new StoreFailure(whole + " is there already. Choose another name", false, null);
      }
      Files.deleteIfExists(part);
      copy(part);
      sync(part);
      Files.move(part, whole, StandardCopyOption.ATOMIC_MOVE);
      sync(whole.getParent());
    } catch (IOException | SQLException e) {
      throw new StoreFailure(
          "The backup %s could not be written: %s".formatted(whole, e), false, e);
    }
  }

  private void copy(Path target) throws SQLException {
    try (Connection connection = source(false).getConnection();
        PreparedStatement vacuum = connection.prepareStatement("VACUUM INTO ?")) {
      vacuum.setString(1, target.toString());
      vacuum.execute();
    }
  }

  private static long number(Connection connection, String sql) throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery(sql)) {
      row.next();
      return row.getLong(1);
    }
  }
}
