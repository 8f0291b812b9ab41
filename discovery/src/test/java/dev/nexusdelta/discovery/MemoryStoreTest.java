package dev.nexusdelta.discovery;

import io.vertx.core.Vertx;
import org.junit.jupiter.api.AfterEach;

class MemoryStoreTest implements RegistryStoreTck {
  private final MemoryStore store = new MemoryStore();
  private final Vertx vertx = Vertx.vertx();

  @AfterEach
  void close() {
    Specs.await(vertx.close());
  }

  @Override
  public RegistryStore store() {
    return store;
  }

  @Override
  public Vertx vertx() {
    return vertx;
  }
}
