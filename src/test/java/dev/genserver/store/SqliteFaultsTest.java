package dev.genserver.store;

import static dev.genserver.store.StateStoreContract.load;
import static dev.genserver.store.StateStoreContract.put;
import static dev.genserver.store.StateStoreContract.row;
import static dev.genserver.store.StateStoreContract.table;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.genserver.store.Change.Delete;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.sqlite.SQLiteErrorCode;
import org.sqlite.SQLiteException;

class SqliteFaultsTest {
  @TempDir Path folder;

  private Path file() {
    return folder.resolve("genserver.db");
  }

  private StateStore open() {
    return Stores.open(StoreSettings.embedded(folder));
  }

  /** Fails, surely without an effect, and says which file it is about and this. */
  private void assertFails(ThrowingCallable call, String... says) {
    assertThatThrownBy(call)
        .isInstanceOfSatisfying(
            StoreFailure.class,
            failure -> {
              assertThat(failure).hasMessageContaining(folder.toString());
              assertThat(failure.getMessage()).contains(says);
              assertThat(failure.outcomeUnknown()).isFalse();
            });
  }

  private void behindItsBack(String... statements) throws SQLException {
    try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + file())) {
      Dialect.run(connection, statements);
    }
  }

  @Test
  void commit_diskFull_changesNothingAndGoesOnWhenThereIsRoom() throws SQLException {
    Watched watched = new Watched(new Sqlite(folder));
    try (StateStore store = JdbcStore.open(watched.dialect)) {
      store.commit(List.of(put("kv-stores", "a", 1)), true);
      Dialect.run(watched.writer, "PRAGMA max_page_count = 1");
      Change large = put("kv-stores", "a", 2, table("", false, "k", "1".repeat(1_000_000)));

      assertFails(() -> store.commit(List.of(large), true), "full", "Make room");
      assertThat(store.find("kv-stores", "a")).isEqualTo(row("kv-stores", "a", 1));

      store.commit(List.of(large), true);
      assertThat(store.find("kv-stores", "a")).isEqualTo(row("kv-stores", "a", 2));
    }
  }

  @Test
  void commit_readOnly_changesNothingAndGoesOnWhenItMay() throws SQLException {
    Watched watched = new Watched(new Sqlite(folder));
    try (StateStore store = JdbcStore.open(watched.dialect)) {
      Dialect.run(watched.writer, "PRAGMA query_only = 1");

      assertFails(() -> store.commit(List.of(put("counters", "a", 1)), true), "writable");
      assertThat(store.counts()).isEmpty();

      store.commit(List.of(put("counters", "a", 1)), true);
      assertThat(store.counts()).hasSize(1);
    }
  }

  @Test
  void commit_failsHalfWay_leavesNothingOfIt() throws SQLException {
    try (StateStore store = open()) {
      behindItsBack(
          "CREATE TRIGGER no BEFORE INSERT ON entries BEGIN SELECT RAISE(ABORT, 'no'); END");
      Change change = put("kv-stores", "a", 1, table("", false, "k", "1"));

      assertFails(() -> store.commit(List.of(put("counters", "b", 1), change), true), "no");
      assertThat(store.counts()).isEmpty();

      behindItsBack("DROP TRIGGER no");
      store.commit(List.of(change), true);
      assertThat(load(store, "kv-stores", "a").entries()).containsExactly("/k=1");
    }
  }

  @Test
  void commit_lockedByAnotherProgram_fails() throws SQLException {
    try (StateStore store = open();
        Connection other = DriverManager.getConnection("jdbc:sqlite:" + file())) {
      Dialect.run(other, "BEGIN IMMEDIATE");
      assertFails(() -> store.commit(List.of(put("counters", "a", 1)), true), "locked");

      Dialect.run(other, "ROLLBACK");
      store.commit(List.of(put("counters", "a", 1)), true);
    }
  }

  @Test
  void commit_takenOver_saysByWhom() throws SQLException {
    try (StateStore store = open()) {
      store.commit(List.of(put("counters", "a", 1)), true);
      behindItsBack("UPDATE owner SET epoch = epoch + 1, process = '42@elsewhere', since = 'noon'");

      for (int i = 0; i < 2; i++) {
        assertThatThrownBy(() -> store.commit(List.of(put("counters", "a", 2)), true))
            .isInstanceOf(StoreFailure.class)
            .hasMessageContaining("42@elsewhere")
            .hasMessageContaining("noon");
      }
      assertThat(store.find("counters", "a")).isEqualTo(row("counters", "a", 1));
    }
  }

  /** The errors that can't be brought about everywhere. */
  @ParameterizedTest
  @CsvSource({
    "SQLITE_FULL, full, false",
    "SQLITE_READONLY_DBMOVED, writable, false",
    "SQLITE_IOERR_FSYNC, disk may be failing, true",
    "SQLITE_IOERR_WRITE, disk may be failing, false",
    "SQLITE_NOMEM, could not be used, true",
    "SQLITE_IOERR_SHMSIZE, disk may be failing, true",
    "SQLITE_CORRUPT_INDEX, put a backup, false",
    "SQLITE_CANTOPEN, can't be opened, false",
    "SQLITE_BUSY_SNAPSHOT, another program, false",
    "SQLITE_TOOBIG, could not be used, false"
  })
  void failure_duringCommit_saysWhatAndWhetherItIsOpen(
      SQLiteErrorCode code, String says, boolean unknown) {
    Sqlite sqlite = new Sqlite(folder);
    SQLException error = new SQLException(new SQLiteException("an error", code));

    StoreFailure failure = sqlite.failure(error, true);

    assertThat(failure).hasMessageContaining(says).hasMessageContaining(file().toString());
    assertThat(failure.outcomeUnknown()).isEqualTo(unknown);
    assertThat(sqlite.failure(error, false).outcomeUnknown()).isFalse();
  }

  @Test
  void open_garbage_leavesItAlone() throws IOException {
    byte[] garbage = "Some notes of mine. ".repeat(500).getBytes(StandardCharsets.UTF_8);
    Files.write(file(), garbage);

    assertFails(this::open, "not an SQLite database", "Move it away");

    assertThat(file()).hasBinaryContent(garbage);
    Files.delete(file());
    open().close();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "CREATE TABLE owner (epoch BIGINT)",
        "PRAGMA application_id = 7",
      })
  void open_foreignDatabase_leavesItAlone(String sql) throws Exception {
    behindItsBack(sql);
    byte[] before = Files.readAllBytes(file());

    assertFails(this::open, "another program", "Move it away");

    assertThat(file()).hasBinaryContent(before);
  }

  @Test
  void open_newerSchema_fails() throws SQLException {
    open().close();
    behindItsBack(
        """
        INSERT INTO genserver_schema SELECT 99, '99', 'more', type, script, checksum,
        installed_by, installed_on, 0, 1 FROM genserver_schema WHERE version = '1'\
        """);

    assertFails(this::open, "newer version", "99");
  }

  @Test
  void open_damagedDatabase_saysSo() throws Exception {
    try (StateStore store = open()) {
      store.commit(
          IntStream.range(0, 2_000).<Change>mapToObj(i -> put("counters", "c" + i, i)).toList(),
          true);
    }
    try (RandomAccessFile random = new RandomAccessFile(file().toFile(), "rw")) {
      random.seek(4096);
      random.write(new byte[(int) random.length() - 4096]);
    }

    assertFails(
        () -> {
          try (StateStore store = open()) {
            store.find("counters", "c1");
          }
        },
        "damaged",
        "backup");
  }

  @Test
  void open_folderIsAFile_fails() throws IOException {
    Path file = Files.createFile(folder.resolve("data"));

    assertFails(() -> Stores.open(StoreSettings.embedded(file)), "can't be used");
  }

  @Test
  void open_twiceInOneProcess_fails() {
    try (StateStore store = open()) {
      assertFails(this::open, "in use", "this very process");

      store.commit(List.of(put("counters", "a", 1)), true);
    }
  }

  /** That a second opening in this process failed must not have freed the lock. */
  @Test
  void open_inAnotherProcess_saysWhoHasIt() throws Exception {
    try (StateStore store = open()) {
      assertThatThrownBy(this::open);

      Process other =
          new ProcessBuilder(
                  ProcessHandle.current().info().command().orElseThrow(),
                  "-XX:TieredStopAtLevel=1",
                  "-cp",
                  System.getProperty("java.class.path"),
                  SqliteFaultsTest.class.getName(),
                  folder.toString())
              .redirectErrorStream(true)
              .start();
      String output = new String(other.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

      assertThat(output)
          .contains("in use by process " + ProcessHandle.current().pid() + "@")
          .doesNotContain("opened");
      assertThat(store.counts()).isEmpty();
    }
  }

  static void main(String[] arguments) {
    try (StateStore store = Stores.open(StoreSettings.embedded(Path.of(arguments[0])))) {
      System.out.println("opened " + store);
    } catch (StoreFailure e) {
      System.out.println(e.getMessage());
    }
  }

  @Test
  void backup_duringCommits_isOneViewAndOpens() {
    Path copy = folder.resolve("copy/genserver.db");
    try (StateStore store = open()) {
      store.commit(
          List.of(put("kv-stores", "a", 1, table("", false, "k", "1")), put("counters", "b", 1)),
          false);
      copy.getParent().toFile().mkdir();
      store.backup(copy);
      store.commit(List.of(put("counters", "c", 1)), true);
      assertFails(() -> store.backup(copy), "already");
    }

    try (StateStore restored = Stores.open(StoreSettings.embedded(copy.getParent()))) {
      assertThat(load(restored, "kv-stores", "a").entries()).containsExactly("/k=1");
      assertThat(restored.counts()).containsOnlyKeys("kv-stores", "counters");
      restored.commit(List.of(put("counters", "c", 1)), true);
    }
    assertThat(folder.resolve("copy")).isDirectoryNotContaining("glob:**.part");
  }

  @Test
  void backup_noSuchFolder_fails() {
    try (StateStore store = open()) {
      assertFails(() -> store.backup(folder.resolve("none/b.db")), "b.db");
    }
  }

  @Test
  void compact_afterDeletes_givesTheSpaceBackStepByStep() throws Exception {
    try (StateStore store = open()) {
      String value = "1".repeat(3_000);
      store.commit(
          IntStream.range(0, 3_000)
              .<Change>mapToObj(i -> put("kv-stores", "s" + i, i, table("", false, "k", value)))
              .toList(),
          true);
      store.commit(
          IntStream.range(0, 3_000)
              .<Change>mapToObj(i -> new Delete("kv-stores", "s" + i))
              .toList(),
          true);
      long full = pages();

      store.compact();

      assertThat(pages()).isBetween(full - 300, full - 200);
      for (int i = 0; i < 20; i++) {
        store.compact();
      }
      assertThat(pages()).isLessThan(50);
    }
  }

  private long pages() throws SQLException {
    return rows("PRAGMA page_count").stream().mapToLong(Long::parseLong).findFirst().orElseThrow();
  }

  private List<String> rows(String sql, Object... parameters) throws SQLException {
    List<String> rows = new ArrayList<>();
    try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + file());
        var statement = connection.prepareStatement(sql)) {
      for (int i = 0; i < parameters.length; i++) {
        statement.setObject(i + 1, parameters[i]);
      }
      try (ResultSet row = statement.executeQuery()) {
        while (row.next()) {
          rows.add(row.getString(row.getMetaData().getColumnCount()));
        }
      }
    }
    return rows;
  }

  /** What a server has is sorted where needed; all else comes in the order of a key. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        Queries.FIND,
        Queries.LOAD,
        Queries.LIST,
        Queries.ENTRIES,
        Queries.TIMERS,
        Queries.ANSWERS,
        Queries.DUE,
        Queries.NEXT_DUE
      })
  void query_anyOfThem_walksAlongAKey(String sql) throws SQLException {
    open().close();

    List<String> plan = rows("EXPLAIN QUERY PLAN " + sql);

    assertThat(plan).first().asString().startsWith("SEARCH");
    boolean own = sql.equals(Queries.TIMERS) || sql.equals(Queries.ANSWERS);
    assertThat(plan).hasSize(own ? 2 : 1);
  }

  @Test
  void tables_inAShell_areReadable() throws SQLException {
    try (StateStore store = open()) {
      store.commit(
          List.of(put("kv-stores", "prefs", 3, table("entries", false, "k", "{\"v\":[1]}"))), true);
    }

    assertThat(rows("SELECT name FROM servers WHERE kind = 'kv-stores' AND version = 3"))
        .containsExactly("prefs");
    assertThat(rows("SELECT value ->> '$.v[0]' FROM entries WHERE name = 'prefs' AND key = 'k'"))
        .containsExactly("1");
  }
}
