package dev.nexusdelta.app;

import dev.nexusdelta.admin.GatewayControl;
import dev.nexusdelta.discovery.hazelcast.ClusterMember;
import dev.nexusdelta.telemetry.Metrics;
import java.util.List;
import java.util.function.Predicate;

/** The gateways that are there, as operators see them. Thread-safe. */
final class ClusterView {
  private final GatewayControl.Member self;
  private volatile List<ClusterMember> present = List.of();

  /**
   * Sees nobody else yet.
   *
   * @param self this gateway before it has joined
   */
  ClusterView(GatewayControl.Member self) {
    this.self = self;
  }

  /** These are there now, the oldest first. */
  void seen(List<ClusterMember> members) {
    present = List.copyOf(members);
  }

  /** The gateways, with who leads among them. */
  List<GatewayControl.Member> gateways(Predicate<ClusterMember> leads) {
    List<ClusterMember> now = present;
    return now.isEmpty()
        ? List.of(self)
        : now.stream().map(member -> told(member, leads.test(member))).toList();
  }

  /** How many there are. */
  void measured(Metrics metrics) {
    metrics.gauge(
        "nexus_cluster_members",
        "Gateways of the cluster that this one sees, itself among them",
        () -> List.of(new Metrics.Sample(Math.max(1, present.size()), List.of())));
  }

  private static GatewayControl.Member told(ClusterMember member, boolean leads) {
    return new GatewayControl.Member(
        member.gateway(),
        member.attributes().getOrDefault(Standing.URL, ""),
        member.address(),
        Long.parseLong(member.attributes().getOrDefault(Standing.PID, "0")),
        member.attributes().getOrDefault(Standing.RELEASE, ""),
        leads);
  }
}
