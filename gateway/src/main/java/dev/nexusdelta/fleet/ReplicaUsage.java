package dev.nexusdelta.fleet;

import dev.nexusdelta.host.ReplicaHost;
import dev.nexusdelta.host.ReplicaStats;
import dev.nexusdelta.telemetry.Metrics;
import dev.nexusdelta.telemetry.Metrics.Sample;
import io.vertx.core.Future;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import java.util.function.ToDoubleFunction;

/**
 * What replicas use, for metrics. A scrape shows what was measured last and lets the next be
 * measured, one replica after the other, so that nobody measures where nobody asks. Thread-safe.
 */
final class ReplicaUsage {
  private static final Duration FRESH = Duration.ofSeconds(2);

  private final Supplier<Collection<Snapshot>> agents;
  private final Map<String, ReplicaHost> hosts;
  private final LongSupplier nanos;
  private final Map<String, ReplicaStats> known = new ConcurrentHashMap<>();
  private final AtomicBoolean measuring = new AtomicBoolean();
  private volatile long measured;

  ReplicaUsage(
      Supplier<Collection<Snapshot>> agents, Map<String, ReplicaHost> hosts, LongSupplier nanos) {
    this.agents = agents;
    this.hosts = hosts;
    this.nanos = nanos;
    this.measured = nanos.getAsLong() - FRESH.toNanos();
  }

  void register(Metrics metrics) {
    metrics.gauge(
        "nexus_replica_memory_bytes",
        "Memory that a replica uses.",
        () -> samples(ReplicaStats::memoryBytes));
    metrics.total(
        "nexus_replica_cpu_seconds_total",
        "Processor time that a replica has used since its start.",
        () -> samples(stats -> stats.cpu().toNanos() / 1e9));
  }

  /** Measures one replica now; what cannot be measured is shown no longer. */
  Future<Void> measure(ReplicaHost host, String replica) {
    if (!host.capabilities().countable()) {
      // It runs elsewhere.
      return Future.succeededFuture();
    }
    return HostReads.stats(host, replica)
        .onSuccess(stats -> known.put(replica, stats))
        .onFailure(gone -> known.remove(replica))
        .<Void>mapEmpty()
        .otherwiseEmpty();
  }

  private List<Sample> samples(ToDoubleFunction<ReplicaStats> figure) {
    List<Sample> samples = new ArrayList<>();
    for (Snapshot agent : agents.get()) {
      String key = agent.view().name().key();
      List<AgentStatus.ReplicaStatus> replicas = agent.status().replicas();
      for (int i = 0; i < replicas.size(); i++) {
        Replica replica = agent.calls().get(i);
        ReplicaStats stats = known.get(replicas.get(i).id());
        if (replica != null && stats != null) {
          samples.add(
              new Sample(
                  figure.applyAsDouble(stats),
                  List.of("agent", key, "replica", String.valueOf(replica.ordinal()))));
        }
      }
    }
    refresh();
    return samples;
  }

  private void refresh() {
    if (nanos.getAsLong() - measured < FRESH.toNanos() || !measuring.compareAndSet(false, true)) {
      return;
    }
    Future<Void> turn = Future.succeededFuture();
    Set<String> present = new HashSet<>();
    for (Snapshot agent : agents.get()) {
      for (AgentStatus.ReplicaStatus replica : agent.status().replicas()) {
        ReplicaHost host = hosts.get(replica.host());
        if (host != null && !replica.address().isEmpty()) {
          present.add(replica.id());
          turn = turn.compose(done -> measure(host, replica.id()));
        }
      }
    }
    known.keySet().retainAll(present);
    turn.onComplete(
        done -> {
          measured = nanos.getAsLong();
          measuring.set(false);
        });
  }
}
