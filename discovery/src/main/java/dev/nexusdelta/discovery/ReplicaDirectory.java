package dev.nexusdelta.discovery;

import io.vertx.core.Future;

/**
 * The live table of replicas that every program of the cluster can read.
 *
 * <p>Callable from any thread, before the cluster is joined too: what was published then appears
 * once it is.
 */
public interface ReplicaDirectory {
  /** Publishes or updates a replica; its key is the id. */
  Future<Void> publish(ReplicaRecord replica);

  /** Takes a replica out; unknown ids are fine. */
  Future<Void> withdraw(String replicaId);
}
