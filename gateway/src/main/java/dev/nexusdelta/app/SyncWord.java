package dev.nexusdelta.app;

import dev.nexusdelta.discovery.hazelcast.HazelcastNotices;
import dev.nexusdelta.sync.SharedSync;
import io.vertx.core.Future;
import java.util.Optional;

/** What the gateways of a cluster tell each other of the sync with Firestore. */
final class SyncWord implements SharedSync.Notices {
  static final String TOPIC = "sync";

  private final ClusterRegistry cluster;
  private final HazelcastNotices notices;

  SyncWord(ClusterRegistry cluster) {
    this.cluster = cluster;
    this.notices = new HazelcastNotices(cluster.member());
  }

  @Override
  public Future<Void> tell(String notice) {
    // Nobody hears it before; and waiting for the member would hold up the sync.
    return cluster.others().isEmpty() ? Future.succeededFuture() : notices.put(TOPIC, notice);
  }

  @Override
  public Future<String> told() {
    return notices.get(TOPIC);
  }

  @Override
  public Future<Boolean> confirm() {
    Optional<String> leader = cluster.leader();
    return leader.isEmpty()
        ? Future.failedFuture("no gateway leads now: try again")
        : cluster.messages().send(TOPIC, leader.get(), "confirm").map(Boolean::parseBoolean);
  }
}
