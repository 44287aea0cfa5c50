package dev.genserver.store;

import java.nio.file.Path;

/**
 * Where a store is.
 *
 * @param url JDBC URL of a PostgreSQL; empty for the embedded database
 * @param username who logs in there
 * @param password the password; empty if none is asked for
 * @param data folder of the embedded database
 */
public record StoreSettings(String url, String username, String password, Path data) {
  /** The embedded database in this folder. */
  public static StoreSettings embedded(Path data) {
    return new StoreSettings("", "", "", data);
  }

  @Override
  public String toString() {
    return url.isEmpty() ? data.toString() : url;
  }
}
