package dev.genserver.store;

import static dev.genserver.store.StateStoreContract.put;
import static dev.genserver.store.StateStoreContract.row;
import static dev.genserver.store.TestPostgres.execute;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.AbstractList;
import java.util.List;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PostgresFaultsTest {
  private final StoreSettings settings = TestPostgres.newSchema();
  private final String schema = TestPostgres.schema(settings);

  private StateStore open() {
    return Stores.open(settings);
  }

  private static void assertFails(boolean outcomeUnknown, ThrowingCallable call, String... says) {
    assertThatThrownBy(call)
        .isInstanceOfSatisfying(
            StoreFailure.class,
            failure -> {
              assertThat(failure).hasMessageContaining("postgresql://localhost:");
              assertThat(failure.getMessage()).contains(says).doesNotContain("?");
              assertThat(failure.outcomeUnknown()).isEqualTo(outcomeUnknown);
            });
  }

  /** Ends the connection that writes: it is the one that has our schema's lock. */
  private void killWriter() {
    execute(
        """
        SELECT pg_terminate_backend(pid, 5000) FROM pg_locks WHERE locktype = 'advisory' AND granted
        AND objid = hashtext('%s')::oid\
        """
            .formatted(schema));
  }

  @Test
  void commit_connectionKilledBefore_isMadeOnAnother() {
    try (StateStore store = open()) {
      store.commit(List.of(put("counters", "a", 1)), true);
      killWriter();

      store.commit(List.of(put("counters", "a", 2)), true);

      assertThat(store.find("counters", "a")).isEqualTo(row("counters", "a", 2));
    }
  }

  @Test
  void commit_connectionKilledHalfWay_changesNothingAndGoesOn() {
    try (StateStore store = open()) {
      Change change = put("counters", "a", 1);
      List<Change> killing =
          new AbstractList<>() {
            @Override
            public Change get(int index) {
              killWriter();
              return change;
            }

            @Override
            public int size() {
              return 1;
            }
          };

      assertFails(false, () -> store.commit(killing, true), "can't be reached");
      assertThat(store.counts()).isEmpty();

      store.commit(List.of(change), true);
      assertThat(store.counts()).hasSize(1);
    }
  }

  @Test
  void commit_connectionKilledDuringTheCommit_isOpen() {
    Watched watched = new Watched(new Postgres(settings));
    try (StateStore store = JdbcStore.open(watched.dialect)) {
      watched.beforeCommit = this::killWriter;
      assertFails(
          true, () -> store.commit(List.of(put("counters", "a", 1)), true), "can't be reached");

      watched.beforeCommit = () -> {};
      store.commit(List.of(put("counters", "a", 2)), true);
      assertThat(store.find("counters", "a")).isEqualTo(row("counters", "a", 2));
    }
  }

  @Test
  void commit_refused_changesNothing() throws Exception {
    Watched watched = new Watched(new Postgres(settings));
    try (StateStore store = JdbcStore.open(watched.dialect)) {
      watched.beforeCommit = () -> Dialect.run(watched.writer, "SELECT 1 / 0");
      assertFails(false, () -> store.commit(List.of(put("counters", "a", 1)), true), "zero");

      watched.beforeCommit = () -> {};
      assertThat(store.counts()).isEmpty();
      store.commit(List.of(put("counters", "a", 2)), true);
    }
  }

  @Test
  void commit_withoutSync_waitsForNoDisk() {
    Watched watched = new Watched(new Postgres(settings));
    try (StateStore store = JdbcStore.open(watched.dialect)) {
      store.commit(List.of(), false);
      assertThat(synchronousCommit(watched)).isEqualTo("off");
      store.commit(List.of(), true);
      assertThat(synchronousCommit(watched)).isEqualTo("on");
    }
  }

  private static String synchronousCommit(Watched watched) {
    try (var statement = watched.writer.createStatement();
        var row = statement.executeQuery("SHOW synchronous_commit")) {
      row.next();
      return row.getString(1);
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }

  @Test
  void read_connectionsKilled_goesOn() {
    try (StateStore store = open()) {
      store.commit(List.of(put("counters", "a", 1)), true);
      assertThat(store.counts()).hasSize(1);
      execute(
          """
          SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity
          WHERE application_name = 'genserver'\
          """);

      await()
          .ignoreExceptionsInstanceOf(StoreFailure.class)
          .untilAsserted(() -> assertThat(store.counts()).hasSize(1));
    }
  }

  @Test
  void open_secondTime_saysWhoHasIt() {
    try (StateStore store = open()) {
      assertFails(
          false,
          this::open,
          "in use by process " + ProcessHandle.current().pid() + "@",
          "pg_terminate_backend");

      store.commit(List.of(put("counters", "a", 1)), true);
    }
  }

  @Test
  void commit_takenOver_saysByWhom() {
    try (StateStore store = open()) {
      store.commit(List.of(put("counters", "a", 1)), true);
      killWriter();
      try (StateStore other = open()) {
        assertFails(false, () -> store.commit(List.of(put("counters", "a", 2)), true), "in use");
        other.commit(List.of(put("counters", "a", 3)), true);
      }

      await()
          .untilAsserted(() ->
              assertThatThrownBy(() -> store.commit(List.of(put("counters", "a", 4)), true))
                  .hasMessageContaining("taken over by " + ProcessHandle.current().pid()));
      assertThat(store.find("counters", "a")).isEqualTo(row("counters", "a", 3));
    }
  }

  @Test
  void open_newerSchema_fails() {
    open().close();
    execute(
        """
        INSERT INTO %1$s.genserver_schema SELECT 99, '99', 'more', type, script, checksum,
        installed_by, installed_on, 0, true FROM %1$s.genserver_schema WHERE version = '1'\
        """
            .formatted(schema));

    assertFails(false, this::open, "newer version", "99");
  }

  @Test
  void open_foreignTables_fails() {
    execute("CREATE TABLE %s.customers (id INT)".formatted(schema));

    assertFails(false, this::open, "another program", "customers", "currentSchema");
  }

  @Test
  void open_noSuchSchemaDatabaseOrUser_fails() {
    StoreSettings noSchema = with(settings.url().replace(schema, "none"), "postgres");
    StoreSettings noDatabase = with(settings.url().replace("/postgres?", "/none?"), "postgres");
    StoreSettings noUser = with(settings.url(), "nobody");

    assertFails(false, () -> Stores.open(noSchema), "no such schema");
    assertFails(false, () -> Stores.open(noDatabase), "CREATE DATABASE");
    assertFails(false, () -> Stores.open(noUser), "does not let nobody in");
  }

  private static StoreSettings with(String url, String username) {
    return new StoreSettings(url, username, "", Path.of("unused"));
  }

  @Test
  void open_anotherDatabase_fails() {
    assertThatThrownBy(() -> Stores.open(with("jdbc:mysql://host/db?password=secret", "")))
        .isInstanceOf(StoreFailure.class)
        .hasMessageContaining("jdbc:postgresql:")
        .hasMessageNotContaining("secret");
  }

  @Test
  void backup_namesTheTool() {
    try (StateStore store = open()) {
      assertFails(false, () -> store.backup(Path.of("unused")), "pg_dump");
    }
  }

  private static EmbeddedPostgres start(Path data, int port) throws IOException {
    EmbeddedPostgres.Builder builder =
        EmbeddedPostgres.builder()
            .setDataDirectory(data)
            .setCleanDataDirectory(false)
            .setServerConfig("fsync", "on");
    return port == 0 ? builder.start() : builder.setPort(port).start();
  }

  @Test
  void use_serverGoneAndBack_goesOn(@TempDir Path folder) throws Exception {
    Path data = folder.resolve("data");
    EmbeddedPostgres server = start(data, 0);
    StoreSettings there = with(TestPostgres.url(server), "postgres");
    try (StateStore store = Stores.open(there)) {
      long epoch = store.epoch();
      store.commit(List.of(put("counters", "a", 1)), true);

      server.close();
      assertFails(
          false, () -> store.commit(List.of(put("counters", "a", 2)), true), "can't be reached");
      assertThatThrownBy(() -> store.find("counters", "a")).isInstanceOf(StoreFailure.class);
      assertThat(failures(store, 1_000)).isLessThan(Duration.ofSeconds(5));
      assertFails(false, () -> Stores.open(there), "can't be reached");

      server = start(data, server.getPort());
      await()
          .ignoreExceptionsInstanceOf(StoreFailure.class)
          .untilAsserted(() -> store.commit(List.of(put("counters", "a", 3)), true));
      await()
          .ignoreExceptionsInstanceOf(StoreFailure.class)
          .untilAsserted(
              () -> assertThat(store.find("counters", "a")).isEqualTo(row("counters", "a", 3)));
      assertThat(store.epoch()).isEqualTo(epoch);
    } finally {
      server.close();
    }
  }

  /** How long it takes to be told as often that the store is gone. */
  private static Duration failures(StateStore store, int times) {
    long start = System.nanoTime();
    for (int i = 0; i < times; i++) {
      assertThatThrownBy(() -> store.find("counters", "a")).isInstanceOf(StoreFailure.class);
      assertThatThrownBy(() -> store.commit(List.of(put("counters", "a", 2)), true))
          .isInstanceOf(StoreFailure.class);
    }
    return Duration.ofNanos(System.nanoTime() - start);
  }
}
