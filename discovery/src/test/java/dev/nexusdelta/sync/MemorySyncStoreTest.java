package dev.nexusdelta.sync;

final class MemorySyncStoreTest implements SyncStoreTck {
  private final SyncStore store = new MemorySyncStore();

  @Override
  public SyncStore syncStore() {
    return store;
  }
}
