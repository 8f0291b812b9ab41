package dev.nexusdelta.firestore;

import dev.nexusdelta.sync.RemoteRegistry;
import dev.nexusdelta.sync.RemoteRegistryProvider;
import dev.nexusdelta.sync.RemoteSettings;
import io.vertx.core.Vertx;

/** Opens Firestore. */
public final class FirestoreProvider implements RemoteRegistryProvider {
  @Override
  public RemoteRegistry open(Vertx vertx, RemoteSettings settings) {
    return FirestoreRegistry.open(vertx, settings);
  }
}
