package dev.nexusdelta.fleet;

import dev.nexusdelta.discovery.AgentSpec;
import dev.nexusdelta.discovery.Registry;
import dev.nexusdelta.discovery.ReplicaDirectory;
import dev.nexusdelta.host.ReplicaHost;
import dev.nexusdelta.manifest.AgentName;
import dev.nexusdelta.manifest.Run;
import dev.nexusdelta.telemetry.Metrics;
import io.vertx.core.Vertx;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.LongSupplier;
import java.util.function.Predicate;
import java.util.random.RandomGenerator;

/**
 * Everything that a {@link Fleet} is made of.
 *
 * @param hosts by kind; agents with {@code run.url} run on {@code url}, all others on {@code
 *     defaultHost}
 * @param defaultHost kind of the host that runs agents: {@code process} or {@code docker}
 * @param agentsFolder holds one folder per agent, named by {@link AgentName#key()}
 * @param gateway name of this gateway, as discovery and the API show it
 * @param circuits makes the circuit of the replica with that id
 * @param clock for what people read
 * @param nanos for every decision: monotonic
 * @param random jitter of the probes and operation ids; thread-safe
 * @param shares which of the replicas wanted run here
 * @param hints whether what an agent's tools say of themselves permits to send a call again
 */
public record FleetParts(
    Vertx vertx,
    Registry registry,
    ReplicaDirectory directory,
    Map<String, ReplicaHost> hosts,
    String defaultHost,
    Path agentsFolder,
    String gateway,
    Function<String, Circuit> circuits,
    Metrics metrics,
    InstantSource clock,
    LongSupplier nanos,
    RandomGenerator random,
    Shares shares,
    Predicate<AgentSpec> hints) {

  /** Tools of agents that the operator vouches for. */
  private static final Predicate<AgentSpec> BELIEVED = spec -> !spec.isForeign();

  /** Of a gateway that is alone: everything runs here. */
  public FleetParts(
      Vertx vertx,
      Registry registry,
      ReplicaDirectory directory,
      Map<String, ReplicaHost> hosts,
      String defaultHost,
      Path agentsFolder,
      String gateway,
      Function<String, Circuit> circuits,
      Metrics metrics,
      InstantSource clock,
      LongSupplier nanos,
      RandomGenerator random) {
    this(
        vertx,
        registry,
        directory,
        hosts,
        defaultHost,
        agentsFolder,
        gateway,
        circuits,
        metrics,
        clock,
        nanos,
        random,
        new AllHere(),
        BELIEVED);
  }

  /** Copies the map; the default host must be in it. */
  public FleetParts {
    hosts = Map.copyOf(hosts);
    if (!hosts.containsKey(defaultHost)) {
      throw new IllegalArgumentException(
          "default host '" + defaultHost + "' is none of the hosts " + hosts.keySet());
    }
  }

  /** The host for this way to run; empty if there is none. */
  Optional<ReplicaHost> hostFor(Run run) {
    return run.fold(
        java -> Optional.ofNullable(hosts.get(defaultHost)),
        command -> Optional.ofNullable(hosts.get(defaultHost)),
        image ->
            defaultHost.equals("process")
                ? Optional.empty()
                : Optional.ofNullable(hosts.get(defaultHost)),
        url -> Optional.ofNullable(hosts.get("url")));
  }

  Path folder(AgentName agent) {
    return agentsFolder.resolve(agent.key());
  }
}
