package dev.nexusdelta.sync;

import io.vertx.core.Vertx;

/** Opens an outside registry; found by {@link java.util.ServiceLoader} when one is wanted. */
public interface RemoteRegistryProvider {
  /**
   * Connects in the background; works while the registry is away.
   *
   * @throws IllegalArgumentException says what is wrong with the settings
   */
  RemoteRegistry open(Vertx vertx, RemoteSettings settings);
}
