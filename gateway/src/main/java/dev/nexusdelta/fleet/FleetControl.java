package dev.nexusdelta.fleet;

import dev.nexusdelta.discovery.AgentSpec;
import dev.nexusdelta.host.LogLine;
import dev.nexusdelta.host.LogQuery;
import dev.nexusdelta.host.ReplicaHost;
import dev.nexusdelta.host.ReplicaStats;
import dev.nexusdelta.manifest.AgentName;
import dev.nexusdelta.manifest.Run;
import io.vertx.core.Future;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * How operators see and await the fleet. What is wanted is changed in the registry only; the fleet
 * follows it. Thread-safe.
 */
public interface FleetControl {
  /** The present of one agent. */
  Optional<AgentStatus> status(AgentName agent);

  /** The present of all agents, by name. */
  List<AgentStatus> statuses();

  /**
   * Why an agent that runs like this can be neither started nor stopped here now; empty = it can.
   *
   * @see ReplicaHost#trouble()
   */
  Optional<String> trouble(Run run);

  /**
   * Follows a change of the registry until it holds or has failed.
   *
   * @param kind {@code start stop restart scale change delete}
   * @param spec as the registry has just stored it
   */
  Operation track(String kind, AgentSpec spec, String by);

  /**
   * Whether what the registry wants of an agent holds: all of its replicas are as its spec says.
   */
  boolean holds(AgentSpec spec);

  /** The operation of that id, while it is kept. */
  Optional<Operation> operation(String id);

  /**
   * The operation once it has ended, or as it stands after {@code atMost}; fails if the id is
   * unknown.
   */
  Future<Operation> await(String id, Duration atMost);

  /**
   * Log lines of an agent's replicas; fails with {@link dev.nexusdelta.host.HostAwayException}
   * while a host that runs them is away.
   */
  Future<List<LogLine>> logs(AgentName agent, LogQuery query);

  /** Follows an agent's log lines until closed. */
  ReplicaHost.Closeable follow(AgentName agent, Consumer<LogLine> lines);

  /** Use of memory and processor of one replica. */
  Future<ReplicaStats> stats(String replicaId);

  /** What has happened lately. */
  EventLog events();
}
