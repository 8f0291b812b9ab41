package dev.nexusdelta.fleet;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/** An agent's own replicas as operators see them. Only on the fleet's context. */
final class ReplicaRows {
  private final LiveAgent agent;
  private final String gateway;
  private final Instant now;

  ReplicaRows(LiveAgent agent, String gateway, Instant now) {
    this.agent = agent;
    this.gateway = gateway;
    this.now = now;
  }

  AgentStatus.ReplicaStatus of(LiveReplica replica) {
    return new AgentStatus.ReplicaStatus(
        replica.id(),
        agent.spec().name(),
        replica.release.release.version(),
        replica.release.id(),
        gateway,
        replica.host.kind(),
        replica.seen.address() + ":" + replica.seen.port(),
        replica.seen.pid(),
        replica.seen.containerId(),
        replica.state(),
        "closed",
        0,
        replica.seen.since(),
        replica.reason(),
        replica.start());
  }

  /** Stand-ins for replicas that their host tries to start. */
  List<AgentStatus.ReplicaStatus> missing(List<LiveReplica> replicas) {
    List<AgentStatus.ReplicaStatus> missing = new ArrayList<>();
    for (LiveRelease release : agent.releases().all()) {
      LiveRelease.Failure failure = release.failure;
      long present = replicas.stream().filter(replica -> replica.release == release).count();
      if (failure == null || !release.countable()) {
        continue;
      }
      for (long i = present; i < release.applied; i++) {
        String next =
            failure.retryIn().isZero()
                ? ""
                : "; next start within " + failure.retryIn().toMillis() + " ms";
        missing.add(
            new AgentStatus.ReplicaStatus(
                agent.key() + "-" + (i + 1),
                agent.spec().name(),
                release.release.version(),
                release.id(),
                gateway,
                release.host == null ? "" : release.host.kind(),
                "",
                OptionalLong.empty(),
                Optional.empty(),
                "failed",
                "closed",
                0,
                now,
                failure.reason() + next,
                Map.of()));
      }
    }
    return missing;
  }
}
