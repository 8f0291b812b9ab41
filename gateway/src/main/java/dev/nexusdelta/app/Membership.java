package dev.nexusdelta.app;

import dev.nexusdelta.admin.GatewayControl;
import dev.nexusdelta.discovery.hazelcast.ClusterMember;
import dev.nexusdelta.discovery.hazelcast.ClusterSettings;
import dev.nexusdelta.discovery.hazelcast.HazelcastMember;
import dev.nexusdelta.discovery.hazelcast.HazelcastReplicas;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** Makes this gateway a member of its cluster, and shows it to operators. */
final class Membership {
  private Membership() {}

  /** A member that waits to join. */
  static HazelcastMember create(Frame frame, Path data) {
    Settings.Cluster cluster = frame.settings().cluster();
    Standing standing = frame.standing();
    KnownMembers known = new KnownMembers(data);
    Map<String, String> attributes = new HashMap<>(standing.attributes());
    attributes.put(HazelcastReplicas.HOP_URL, frame.peers().url());
    HazelcastMember member =
        HazelcastMember.create(
            frame.loops(),
            new ClusterSettings(
                standing.name(),
                cluster.name(),
                cluster.address(),
                cluster.port(),
                true,
                known.and(cluster.members()),
                attributes));
    ClusterView view = new ClusterView(standing.alone());
    member.whenChanged(
        present -> {
          view.seen(present);
          known.seen(present);
        });
    view.measured(frame.metrics());
    standing.clusterIs(
        () ->
            new GatewayControl.Cluster(
                view.gateways(ClusterMember::oldest), cluster.size(), Optional.empty()));
    return member;
  }
}
