package dev.nexusdelta.fleet;

import dev.nexusdelta.discovery.RemoteReplicas.RemoteReplica;
import dev.nexusdelta.discovery.ReplicaRecord;
import dev.nexusdelta.discovery.ToolInfo;
import io.vertx.core.net.SocketAddress;
import java.net.URI;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The replicas of other gateways, as this one calls them. Each has calls in flight and a circuit of
 * its own here, as replicas of this gateway have: it is the replica that fails, mostly, and a sick
 * one must not take its healthy neighbours' calls away. Their health is their gateway's matter.
 * Only on the fleet's context.
 */
final class Elsewhere implements Replica.SignalSink {
  private static final Logger LOG = LoggerFactory.getLogger(Elsewhere.class);

  private final Function<String, Circuit> circuits;

  /** By agent, then by id. */
  private final Map<String, Map<String, Neighbour>> agents = new TreeMap<>();

  /** Gateways that cannot be called, told of once. */
  private final Set<String> unusable = new HashSet<>();

  /** One of them. */
  record Neighbour(RemoteReplica seen, Replica replica) {
    List<ToolInfo> tools() {
      return seen.replica().tools();
    }

    AgentStatus.ReplicaStatus status() {
      ReplicaRecord record = seen.replica();
      return new AgentStatus.ReplicaStatus(
          record.id(),
          record.agent(),
          record.version(),
          record.release(),
          record.gateway(),
          record.host(),
          record.address() + ":" + record.port(),
          record.pid(),
          record.containerId(),
          record.state(),
          "closed",
          0,
          record.since(),
          "",
          Map.of());
    }
  }

  Elsewhere(Function<String, Circuit> circuits) {
    this.circuits = circuits;
  }

  /**
   * Those of an agent, ordered by id; none of one that the operator has stopped. They have the
   * limits of its manifest, which hold per gateway here and are kept by their owner for all.
   */
  List<Neighbour> of(LiveAgent agent) {
    Map<String, Neighbour> all = agents.get(agent.key());
    if (all == null || agent.spec().deleted() || !agent.spec().enabled()) {
      return List.of();
    }
    int concurrency = agent.manifest().limits().concurrency();
    all.values().forEach(each -> each.replica().limit(concurrency));
    // A gateway that hands over to this one has listed what is this one's own now.
    return all.entrySet().stream()
        .filter(each -> agent.replica(each.getKey()) == null)
        .map(Map.Entry::getValue)
        .toList();
  }

  /**
   * Takes up all there are.
   *
   * @return lower-case names of the agents for which something has changed
   */
  Set<String> take(List<RemoteReplica> all) {
    Map<String, Map<String, Neighbour>> next = new TreeMap<>();
    for (RemoteReplica seen : all) {
      String agent = seen.replica().agent().key();
      Neighbour neighbour = neighbour(agents.getOrDefault(agent, Map.of()), seen);
      if (neighbour != null) {
        next.computeIfAbsent(agent, key -> new TreeMap<>()).put(seen.replica().id(), neighbour);
      }
    }
    Set<String> changed = new HashSet<>();
    for (Map.Entry<String, Map<String, Neighbour>> each : next.entrySet()) {
      if (!each.getValue().equals(agents.get(each.getKey()))) {
        changed.add(each.getKey());
      }
    }
    agents.keySet().stream().filter(agent -> !next.containsKey(agent)).forEach(changed::add);
    agents.clear();
    agents.putAll(next);
    return changed;
  }

  /** The same object as before for as long as it is reached in the same way. */
  private @Nullable Neighbour neighbour(Map<String, Neighbour> before, RemoteReplica seen) {
    Neighbour known = before.get(seen.replica().id());
    Replica same =
        known != null && known.seen().url().equals(seen.url()) && isSame(known.seen(), seen)
            ? known.replica()
            : null;
    SocketAddress address = same == null ? address(seen) : same.address();
    if (address == null) {
      return null;
    }
    Replica replica = same == null ? made(seen.replica(), address) : same;
    replica.learnt(Tools.byName(seen.replica().tools()));
    return new Neighbour(seen, replica);
  }

  private static boolean isSame(RemoteReplica one, RemoteReplica other) {
    return one.replica().gateway().equals(other.replica().gateway())
        && one.replica().release().equals(other.replica().release())
        && one.replica().ordinal() == other.replica().ordinal();
  }

  private Replica made(ReplicaRecord record, SocketAddress address) {
    return new Replica(
        record.id(),
        record.agent(),
        record.ordinal(),
        record.release(),
        address,
        1,
        Map.of(),
        circuits.apply(record.id()),
        this,
        record.gateway());
  }

  private @Nullable SocketAddress address(RemoteReplica seen) {
    try {
      URI url = URI.create(seen.url());
      if ("http".equals(url.getScheme()) && url.getHost() != null) {
        String host = url.getHost();
        // An IPv6 address stands in brackets there.
        String bare = host.startsWith("[") ? host.substring(1, host.length() - 1) : host;
        return SocketAddress.inetSocketAddress(url.getPort() < 0 ? 80 : url.getPort(), bare);
      }
    } catch (IllegalArgumentException e) {
      LOG.debug("no url: {}", seen.url(), e);
    }
    if (unusable.add(seen.replica().gateway() + " " + seen.url())) {
      LOG.warn(
          "replicas of gateway '{}' are not called: it gives '{}', expected http://host:port",
          seen.replica().gateway(),
          seen.url());
    }
    return null;
  }

  @Override
  public void callFailed(Replica replica, String reason) {
    // Its circuit knows; its health is its gateway's matter.
  }
}
