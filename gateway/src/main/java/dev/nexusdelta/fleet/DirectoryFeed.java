package dev.nexusdelta.fleet;

import dev.nexusdelta.discovery.ReplicaDirectory;
import dev.nexusdelta.discovery.ReplicaRecord;
import io.vertx.core.Future;
import java.util.HashMap;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells discovery which replicas take calls. Its failures are logged and forgotten: calls do not
 * depend on it. Only on the fleet's context.
 */
final class DirectoryFeed {
  private static final Logger LOG = LoggerFactory.getLogger(DirectoryFeed.class);

  private final ReplicaDirectory directory;
  private final String gateway;
  private final Map<String, ReplicaRecord> published = new HashMap<>();

  DirectoryFeed(ReplicaDirectory directory, String gateway) {
    this.directory = directory;
    this.gateway = gateway;
  }

  void publish(LiveReplica replica) {
    ReplicaRecord record = record(replica);
    published.put(replica.id(), record);
    logged(directory.publish(record), "published", replica.id());
  }

  /** Something of it may have changed: told if it is published. */
  void changed(LiveReplica replica) {
    ReplicaRecord before = published.get(replica.id());
    if (before != null && !before.equals(record(replica))) {
      publish(replica);
    }
  }

  private ReplicaRecord record(LiveReplica replica) {
    return new ReplicaRecord(
        replica.id(),
        replica.agent.spec().name(),
        replica.release.release.version(),
        replica.release.id(),
        gateway,
        replica.host.kind(),
        replica.seen.address(),
        replica.seen.port(),
        replica.state(),
        replica.seen.since(),
        replica.seen.ordinal(),
        replica.release.toolList(),
        replica.seen.pid(),
        replica.seen.containerId());
  }

  void withdraw(String id) {
    if (published.remove(id) != null) {
      logged(directory.withdraw(id), "withdrawn", id);
    }
  }

  private static void logged(Future<Void> work, String what, String id) {
    work.onFailure(
        failure ->
            LOG.warn(
                "replica {} could not be {} in discovery: {}",
                id,
                what,
                String.valueOf(failure.getMessage())));
  }
}
