package dev.nexusdelta.fleet;

import dev.nexusdelta.host.ReplicaHost;
import dev.nexusdelta.telemetry.Metrics;
import dev.nexusdelta.telemetry.Metrics.Sample;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.function.Supplier;

/** The fleet's metrics; gauges read the published snapshots and the hosts. Thread-safe. */
final class FleetMetrics {
  private final Metrics metrics;
  private final Supplier<Collection<Snapshot>> agents;
  private final Collection<ReplicaHost> hosts;

  FleetMetrics(
      Metrics metrics, Supplier<Collection<Snapshot>> agents, Collection<ReplicaHost> hosts) {
    this.metrics = metrics;
    this.agents = agents;
    this.hosts = hosts;
  }

  void register() {
    metrics.gauge("nexus_replicas", "Replicas by state.", this::replicas);
    metrics.gauge("nexus_replicas_desired", "Replicas that are wanted.", this::desired);
    metrics.gauge("nexus_circuit_state", "1 for the state that a circuit is in.", this::circuits);
    metrics.gauge(
        "nexus_host_available", "1 while the host can start and stop replicas.", this::available);
  }

  /** A replica that this gateway started has become healthy for the first time. */
  void started(LiveReplica replica) {
    replica.start().forEach((phase, took) -> phase(replica.agent, replica.host, phase, took));
  }

  /** A release has been built, or its image pulled. */
  void built(LiveAgent agent, ReplicaHost host, Duration took) {
    phase(agent, host, "build", took);
  }

  private void phase(LiveAgent agent, ReplicaHost host, String phase, Duration took) {
    metrics.record(
        "nexus_replica_start_seconds",
        took,
        "agent",
        agent.key(),
        "host",
        host.kind(),
        "phase",
        phase);
  }

  /** A replica is started again; {@code reason}: crash, not_ready, unhealthy, host_away. */
  void restarted(String agent, String reason) {
    metrics.count("nexus_replica_restarts_total", "agent", agent, "reason", reason);
  }

  /** A replica was ejected; {@code reason}: health, failures, latency. */
  void ejected(String agent, String reason) {
    metrics.count("nexus_ejections_total", "agent", agent, "reason", reason);
  }

  /** An outlier could not be ejected and gets few calls; {@code reason}: failures, latency. */
  void lightened(String agent, String reason) {
    metrics.count("nexus_outliers_kept_total", "agent", agent, "reason", reason);
  }

  private List<Sample> replicas() {
    List<Sample> samples = new ArrayList<>();
    for (Snapshot agent : agents.get()) {
      agent
          .counts()
          .forEach(
              (state, count) ->
                  samples.add(new Sample(count, List.of("agent", key(agent), "state", state))));
    }
    return samples;
  }

  private List<Sample> available() {
    return hosts.stream()
        .map(host -> new Sample(host.trouble().isEmpty() ? 1 : 0, List.of("host", host.kind())))
        .toList();
  }

  private List<Sample> desired() {
    return agents.get().stream()
        .map(agent -> new Sample(agent.wanted(), List.of("agent", key(agent))))
        .toList();
  }

  private List<Sample> circuits() {
    List<Sample> samples = new ArrayList<>();
    for (Snapshot agent : agents.get()) {
      for (Replica replica : agent.view().routable()) {
        samples.add(
            new Sample(
                1,
                List.of(
                    "agent",
                    key(agent),
                    "replica",
                    String.valueOf(replica.ordinal()),
                    "state",
                    replica.circuit().state())));
      }
    }
    return samples;
  }

  private static String key(Snapshot agent) {
    return agent.view().name().key();
  }
}
