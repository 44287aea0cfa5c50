package dev.genserver.store;

import java.sql.SQLException;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.FlywayException;
import org.flywaydb.core.api.MigrationInfo;
import org.flywaydb.core.api.MigrationInfoService;
import org.flywaydb.core.api.configuration.FluentConfiguration;

/** The tables, made and brought up to date. */
final class Schema {
  /** What has been done to the tables; no application's usual name, so that no other one's fits. */
  static final String HISTORY = "genserver_schema";

  private Schema() {}

  /** Brings the tables up to date, or fails if they are a newer version's or nobody knows whose. */
  static void migrate(Dialect dialect) throws SQLException {
    String place = dialect.place();
    try {
      Flyway flyway = flyway(dialect).load();
      MigrationInfoService info = flyway.info();
      refuseNewer(info, place);
      if (info.pending().length > 0) {
        flyway.migrate();
      }
    } catch (FlywayException e) {
      for (Throwable cause = e; cause != null; cause = cause.getCause()) {
        if (cause instanceof SQLException sql) {
          throw sql;
        }
      }
      throw new StoreFailure(
          "The tables in %s are not as this version needs them; put a backup there, or choose another place: %s"
              .formatted(place, e.getMessage()),
          false,
          e);
    }
  }

  static FluentConfiguration flyway(Dialect dialect) {
    return Flyway.configure(Schema.class.getClassLoader())
        .dataSource(dialect.migrations())
        .locations("classpath:dev/genserver/store")
        .placeholders(dialect.types())
        .table(HISTORY)
        .createSchemas(false);
  }

  /** Flyway would take a schema that it does not know for a good one. */
  private static void refuseNewer(MigrationInfoService info, String place) {
    for (MigrationInfo migration : info.applied()) {
      if (!migration.isVersioned() || migration.getState().isResolved()) {
        continue;
      }
      throw new StoreFailure(
          "%s was written by a newer version: its schema is %s, which this one does not know. Start the newer version, or put back a backup from before"
              .formatted(place, migration.getVersion()),
          false,
          null);
    }
  }
}
