package dev.genserver.store;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.concurrent.atomic.AtomicInteger;

/** A real PostgreSQL, started once for all tests; each of them has a schema of its own. */
public final class TestPostgres {
  private static final AtomicInteger SCHEMAS = new AtomicInteger();

  private TestPostgres() {}

  private static final class Started {
    static final EmbeddedPostgres SERVER = start();

    private static EmbeddedPostgres start() {
      try {
        return EmbeddedPostgres.builder()
            .setServerConfig("fsync", "on")
            .setServerConfig("max_connections", "100")
            .start();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }

  /** Settings of a store in a schema that is new. */
  public static StoreSettings newSchema() {
    String schema = "s" + SCHEMAS.incrementAndGet();
    execute("CREATE SCHEMA " + schema);
    return new StoreSettings(
        url(Started.SERVER) + "?currentSchema=" + schema, "postgres", "", Path.of("unused"));
  }

  static String url(EmbeddedPostgres server) {
    return "jdbc:postgresql://localhost:" + server.getPort() + "/postgres";
  }

  /** The schema of such settings. */
  static String schema(StoreSettings settings) {
    return settings.url().replaceFirst(".*=", "");
  }

  /** Does this behind the store's back. */
  static void execute(String sql) {
    try (Connection connection = Started.SERVER.getPostgresDatabase().getConnection()) {
      Dialect.run(connection, sql);
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }
}
