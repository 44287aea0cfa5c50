package dev.genserver.store;

/** Opens stores. */
public final class Stores {
  private Stores() {}

  /**
   * Opens the store that is there, or makes one, and becomes its owner.
   *
   * @throws StoreFailure if it can't be opened, which includes that another process owns it
   */
  public static StateStore open(StoreSettings settings) {
    if (settings.url().isEmpty()) {
      return JdbcStore.open(new Sqlite(settings.data()));
    }
    if (settings.url().startsWith("jdbc:postgresql:")) {
      return JdbcStore.open(new Postgres(settings));
    }
    throw new StoreFailure(
        "State can't be kept in "
            + settings.url().replaceFirst("[?].*", "")
            + ": the URL must start with jdbc:postgresql: or be empty for the embedded database",
        false,
        null);
  }
}
