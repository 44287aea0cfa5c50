package dev.genserver.store;

import static dev.genserver.store.StateStoreContract.load;
import static dev.genserver.store.StateStoreContract.put;
import static org.assertj.core.api.Assertions.assertThat;

import dev.genserver.store.Change.TableChange;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Stores that earlier releases wrote are opened as they are. */
class FormerSchemaTest {
  @TempDir Path folder;

  @Test
  void open_sqliteOfTheFirstSchema_knowsNoVersions() throws SQLException {
    assertEntriesWithoutVersions(new Sqlite(folder), StoreSettings.embedded(folder));
  }

  @Test
  void open_postgresOfTheFirstSchema_knowsNoVersions() throws SQLException {
    StoreSettings settings = TestPostgres.newSchema();
    assertEntriesWithoutVersions(new Postgres(settings), settings);
  }

  private static void assertEntriesWithoutVersions(Dialect dialect, StoreSettings settings)
      throws SQLException {
    writeFirst(dialect);

    try (StateStore store = Stores.open(settings)) {
      assertThat(store.find("kv-stores", "a")).extracting(ServerRow::version).isEqualTo(9L);
      assertThat(load(store, "kv-stores", "a").entries()).containsExactly("/x=1", "/y=2");

      TableChange change = new TableChange("", false, Map.of("y", new EntryRow("3", 10)));
      store.commit(List.of(put("kv-stores", "a", 10, change)), true);
      assertThat(load(store, "kv-stores", "a").entries()).containsExactly("/x=1", "/y=3@10");
    }
  }

  /** Makes the first schema, and a server with two entries in it. */
  private static void writeFirst(Dialect dialect) throws SQLException {
    dialect.claim();
    Schema.flyway(dialect).target("1").load().migrate();
    try (Connection connection = dialect.migrations().getConnection()) {
      Dialect.run(
          connection,
          """
          INSERT INTO servers (kind, name, incarnation, version, form, started_at, epoch, handled,
          crashes, restarts, options, arguments, state)
          VALUES ('kv-stores', 'a', 1, 9, 1, 0, 0, 9, 0, 0, '{}', '{}', '{}')\
          """,
          "INSERT INTO server_counts (kind, servers) VALUES ('kv-stores', 1)",
          """
          INSERT INTO entries (kind, name, tbl, key, value)
          VALUES ('kv-stores', 'a', '', 'x', '1'), ('kv-stores', 'a', '', 'y', '2')\
          """);
    }
    dialect.release();
  }
}
