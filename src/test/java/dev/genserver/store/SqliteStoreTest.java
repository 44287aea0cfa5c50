package dev.genserver.store;

import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;

class SqliteStoreTest extends StateStoreContract {
  @TempDir Path folder;

  @Override
  StateStore open() {
    return Stores.open(StoreSettings.embedded(folder));
  }
}
