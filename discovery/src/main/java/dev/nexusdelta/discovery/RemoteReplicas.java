package dev.nexusdelta.discovery;

import java.util.List;
import java.util.function.Consumer;

/**
 * The routable replicas of all other gateways of the cluster. Those of a gateway that has left are
 * gone with it: as soon as the cluster holds it for gone.
 */
public interface RemoteReplicas {
  /**
   * Tells all of them, ordered by id, at once and again after each change: a few milliseconds after
   * their gateway has published it. On any thread, one call at a time, each with a newer list than
   * the one before; the listener must not block.
   */
  void watch(Consumer<List<RemoteReplica>> listener);

  /**
   * One of them.
   *
   * @param url where its gateway takes calls for it: scheme, host and port, {@code
   *     http://192.0.2.7:8080}
   */
  record RemoteReplica(ReplicaRecord replica, String url) {}
}
