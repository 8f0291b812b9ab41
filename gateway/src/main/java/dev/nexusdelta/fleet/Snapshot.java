package dev.nexusdelta.fleet;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One agent at one moment, for all readers. Immutable; what changes with every call (in flight,
 * circuit) is looked up when it is read.
 *
 * @param deleted it is only still here because its replicas end
 * @param wanted replicas
 * @param counts replicas by state
 * @param calls the replicas of the status in its order; null for those that are not there yet
 */
record Snapshot(
    AgentView view,
    AgentStatus status,
    boolean deleted,
    int wanted,
    Map<String, Integer> counts,
    List<@Nullable Replica> calls,
    Convergence.Facts facts,
    ScalingFacts scaling,
    Placed placed) {

  /** The status as of now. */
  AgentStatus present() {
    List<AgentStatus.ReplicaStatus> replicas = new ArrayList<>();
    for (int i = 0; i < status.replicas().size(); i++) {
      AgentStatus.ReplicaStatus replica = status.replicas().get(i);
      Replica calls = this.calls.get(i);
      replicas.add(calls == null ? replica : present(replica, calls));
    }
    List<AgentStatus.ReplicaStatus> elsewhere = new ArrayList<>();
    for (int i = 0; i < status.elsewhere().size(); i++) {
      elsewhere.add(present(status.elsewhere().get(i), view.elsewhere().get(i)));
    }
    return new AgentStatus(
        status.name(),
        status.revision(),
        status.state(),
        status.desired(),
        status.ready(),
        status.serving(),
        status.version(),
        status.target(),
        status.reason(),
        status.lastLines(),
        status.tools(),
        status.toolsKnown(),
        status.healthMode(),
        replicas,
        elsewhere,
        status.placement());
  }

  private static AgentStatus.ReplicaStatus present(AgentStatus.ReplicaStatus was, Replica calls) {
    return new AgentStatus.ReplicaStatus(
        was.id(),
        was.agent(),
        was.version(),
        was.release(),
        was.gateway(),
        was.host(),
        was.address(),
        was.pid(),
        was.containerId(),
        was.state(),
        calls.circuit().state(),
        calls.inFlight(),
        was.since(),
        was.reason(),
        was.start());
  }
}
