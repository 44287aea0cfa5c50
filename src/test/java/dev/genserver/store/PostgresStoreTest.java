package dev.genserver.store;

class PostgresStoreTest extends StateStoreContract {
  private final StoreSettings settings = TestPostgres.newSchema();

  @Override
  StateStore open() {
    return Stores.open(settings);
  }

  @Override
  int histories() {
    return 3;
  }
}
