package dev.nexusdelta.app;

import dev.nexusdelta.admin.GatewayControl;
import dev.nexusdelta.discovery.hazelcast.ClusterMember;
import dev.nexusdelta.telemetry.Metrics;
import java.util.List;
import java.util.function.Predicate;
import java.util.function.Supplier;

/** The gateways that are there, as operators see them. Thread-safe. */
final class ClusterView {
  private final GatewayControl.Member self;
  private final Supplier<List<ClusterMember>> present;

  /**
   * A view.
   *
   * @param self this gateway before it has joined
   * @param present those that are there, the oldest first; none before it has joined
   */
  ClusterView(GatewayControl.Member self, Supplier<List<ClusterMember>> present) {
    this.self = self;
    this.present = present;
  }

  /** The gateways, with who leads among them. */
  List<GatewayControl.Member> gateways(Predicate<ClusterMember> leads) {
    List<ClusterMember> now = present.get();
    return now.isEmpty()
        ? List.of(self)
        : now.stream().map(member -> told(member, leads.test(member))).toList();
  }

  /** How many there are. */
  void measured(Metrics metrics) {
    metrics.gauge(
        "nexus_cluster_members",
        "Gateways of the cluster that this one sees, itself among them",
        () -> List.of(new Metrics.Sample(Math.max(1, present.get().size()), List.of())));
  }

  private static GatewayControl.Member told(ClusterMember member, boolean leads) {
    return new GatewayControl.Member(
        member.gateway(),
        member.attributes().getOrDefault(Standing.URL, ""),
        member.address(),
        member.programs(),
        Long.parseLong(member.attributes().getOrDefault(Standing.PID, "0")),
        member.attributes().getOrDefault(Standing.RELEASE, ""),
        leads);
  }
}
