package dev.nexusdelta.fleet;

import dev.nexusdelta.discovery.ToolInfo;
import dev.nexusdelta.health.Outliers;
import dev.nexusdelta.health.Phase;
import dev.nexusdelta.problem.Problem;
import dev.nexusdelta.problem.ProblemCode;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Takes a picture of a live agent for all readers. Only on the fleet's context. */
final class SnapshotBuilder {
  private final LiveAgent agent;
  private final List<Elsewhere.Neighbour> others;
  private final String gateway;
  private final Instant now;
  private final List<LiveReplica> replicas = new ArrayList<>();
  private final ClusterCounts cluster;
  private final int wanted;
  private final int ready;

  private SnapshotBuilder(
      LiveAgent agent, List<Elsewhere.Neighbour> others, String gateway, Instant now) {
    this.agent = agent;
    this.others = others;
    this.gateway = gateway;
    this.now = now;
    replicas.addAll(agent.replicas());
    replicas.sort(Comparator.comparingInt(replica -> replica.seen.ordinal()));
    cluster = ClusterCounts.of(agent);
    wanted = desired();
    ready = count(Phase.HEALTHY) + cluster.others().ready();
  }

  /**
   * The picture.
   *
   * @param others its replicas of other gateways
   */
  static Snapshot of(
      LiveAgent agent, List<Elsewhere.Neighbour> others, String gateway, Instant now) {
    return new SnapshotBuilder(agent, others, gateway, now).build();
  }

  private Snapshot build() {
    LiveRelease shown =
        agent.releases().serving() == null ? agent.releases().target() : agent.releases().serving();
    AgentState state = state();
    List<ToolInfo> tools = tools(shown);
    Optional<LiveRelease.Failure> cause = agent.releases().target().cause();
    ReplicaRows rows = new ReplicaRows(agent, gateway, now);
    List<AgentStatus.ReplicaStatus> list = new ArrayList<>();
    List<@Nullable Replica> calls = new ArrayList<>();
    Map<String, Integer> counts = new LinkedHashMap<>();
    for (LiveReplica replica : replicas) {
      list.add(rows.of(replica));
      calls.add(replica.replica);
      counts.merge(replica.state(), 1, Integer::sum);
    }
    for (AgentStatus.ReplicaStatus missing : rows.missing(replicas)) {
      list.add(missing);
      calls.add(null);
      counts.merge(missing.state(), 1, Integer::sum);
    }
    String reason = reason(state, cause);
    AgentStatus status =
        new AgentStatus(
            agent.spec().name(),
            agent.spec().revision(),
            state,
            wanted,
            ready,
            serving(),
            shown.release.version(),
            Optional.of(agent.releases().target().id()),
            reason,
            cause.map(LiveRelease.Failure::lastLines).orElse(List.of()),
            tools,
            shown.toolsKnown,
            replicas.stream().anyMatch(replica -> replica.portOnly) ? "port" : "http",
            list,
            others.stream().map(Elsewhere.Neighbour::status).toList(),
            cluster.places());
    AgentView view =
        new AgentView(
            agent.spec().name(),
            agent.manifest(),
            state,
            routable(),
            count(Phase.HEALTHY),
            others.isEmpty() ? unavailable(state) : Optional.empty(),
            tools,
            others.stream().map(Elsewhere.Neighbour::replica).toList());
    return new Snapshot(
        view,
        status,
        agent.spec().deleted(),
        wanted,
        Map.copyOf(counts),
        calls,
        cluster.join(facts(reason)),
        scaling(cause),
        HereFacts.of(agent));
  }

  /** Here, or else the wanted one where it is ready on other hosts. */
  private Optional<String> serving() {
    LiveRelease here = agent.releases().serving();
    return here == null && cluster.others().target() > 0
        ? Optional.of(agent.releases().target().id())
        : Optional.ofNullable(here).map(LiveRelease::id);
  }

  private ScalingFacts scaling(Optional<LiveRelease.Failure> cause) {
    LiveRelease target = agent.releases().target();
    int present = there() + cluster.others().staying();
    return new ScalingFacts(
        agent.spec().name(),
        agent.manifest(),
        agent.spec().enabled(),
        agent.spec().pinned(),
        target.countable(),
        agent.releases().least(),
        wanted,
        ready,
        count(Phase.STARTING) + cluster.others().starting() + Math.max(0, wanted - present),
        target.id(),
        agent.startTime(),
        target.host == null ? 0 : target.host.memoryOf(agent.manifest()),
        cluster.failure(cause.map(LiveRelease.Failure::reason)));
  }

  /** Where a name stands for several addresses, there are as many replicas as it has. */
  private int desired() {
    int asked = agent.count().total(agent.spec());
    boolean countable = agent.releases().target().countable();
    return countable || asked == 0 ? asked : Math.max(asked, there());
  }

  private int there() {
    return (int) replicas.stream().filter(replica -> !replica.leaving()).count();
  }

  private int ready(LiveRelease release) {
    return (int)
        replicas.stream()
            .filter(replica -> replica.release == release && replica.is(Phase.HEALTHY))
            .count();
  }

  private int count(Phase phase) {
    return (int) replicas.stream().filter(replica -> replica.is(phase)).count();
  }

  private List<ToolInfo> tools(LiveRelease shown) {
    if (!shown.toolsKnown && !others.isEmpty()) {
      // Their gateways have joined them with what the manifest declares.
      List<ToolInfo> theirs = others.get(0).tools();
      if (!theirs.isEmpty()) {
        return theirs;
      }
    }
    return shown.toolsKnown
        ? shown.toolList()
        : shown.heeded(Tools.joined(agent.releases().lastTools(), agent.manifest().tools()));
  }

  /** Replicas elsewhere serve where none of this gateway does. */
  private AgentState state() {
    AgentState own = ownState();
    if (others.isEmpty()) {
      return own;
    }
    return switch (own) {
      case IDLE -> AgentState.HEALTHY;
      case STARTING, UNHEALTHY, FAILED -> AgentState.DEGRADED;
      case STOPPED, HEALTHY, DEGRADED -> own;
    };
  }

  private AgentState ownState() {
    if (agent.spec().deleted() || !agent.spec().enabled()) {
      return AgentState.STOPPED;
    }
    if (wanted == 0) {
      return AgentState.IDLE;
    }
    if (ready >= wanted) {
      return AgentState.HEALTHY;
    }
    if (ready > 0 || count(Phase.SUSPECT) > 0) {
      return AgentState.DEGRADED;
    }
    if (cluster.failure(agent.releases().target().cause().map(it -> it.reason())).isPresent()) {
      return AgentState.FAILED;
    }
    return agent.everReady() ? AgentState.UNHEALTHY : AgentState.STARTING;
  }

  private String reason(AgentState state, Optional<LiveRelease.Failure> cause) {
    Optional<String> trouble = agent.releases().target().trouble();
    if (trouble.isPresent() && state != AgentState.STOPPED) {
      return trouble.get();
    }
    if (cluster.stuck() && state != AgentState.STOPPED) {
      return cluster.reason();
    }
    if (cause.isPresent()) {
      String text = cause.get().reason();
      LiveRelease serving = agent.releases().serving();
      return agent.gaveUp() && serving != null
          ? "release "
              + agent.releases().target().id()
              + " failed: "
              + text
              + "; release "
              + serving.id()
              + " serves on"
          : text;
    }
    if (state == AgentState.UNHEALTHY || state == AgentState.DEGRADED) {
      return replicas.stream()
          .map(LiveReplica::reason)
          .filter(text -> !text.isEmpty())
          .findFirst()
          .orElseGet(cluster::reason);
    }
    return state == AgentState.STARTING ? cluster.reason() : "";
  }

  /**
   * Healthy ones, then suspects. Where these are fewer than half, those ejected that at least take
   * connections too, as a last choice: the few left might not bear all of the load, and where most
   * look bad the fault may be in looking.
   */
  private List<Replica> routable() {
    List<Replica> routable = new ArrayList<>();
    for (Phase phase : List.of(Phase.HEALTHY, Phase.SUSPECT)) {
      replicas.stream()
          .filter(replica -> replica.is(phase))
          .map(replica -> replica.replica)
          .forEach(routable::add);
    }
    if (Outliers.tooFew(routable.size() + count(Phase.EJECTED), routable.size())) {
      replicas.stream()
          .filter(replica -> replica.is(Phase.EJECTED) && replica.accepts)
          .map(replica -> replica.replica)
          .forEach(routable::add);
    }
    return routable;
  }

  private Optional<Problem> unavailable(AgentState state) {
    String name = agent.spec().name().value();
    if (state == AgentState.STOPPED) {
      return Optional.of(
          Problem.of(ProblemCode.AGENT_STOPPED, "agent '" + name + "' is stopped")
              .hint("nexus start " + name));
    }
    if (state == AgentState.IDLE && !LoadScale.applies(agent.spec())) {
      return Optional.of(
          Problem.of(ProblemCode.AGENT_STOPPED, "agent '" + name + "' is scaled to 0 replicas")
              .hint("nexus scale " + name + "=1"));
    }
    if (state != AgentState.FAILED) {
      return Optional.empty();
    }
    return agent
        .releases()
        .target()
        .cause()
        .map(cause -> startFailed(name, cause))
        .or(() -> cluster.unavailable(name));
  }

  private static Problem startFailed(String name, LiveRelease.Failure cause) {
    // Without the log lines: what an agent prints may hold secrets, and callers show no token.
    Problem problem =
        Problem.of(
                ProblemCode.START_FAILED, "agent '" + name + "' does not start: " + cause.reason())
            .hint("nexus logs " + name);
    return cause.retryIn().isZero()
        ? problem
        : problem.retryAfter((int) Math.max(1, (cause.retryIn().toMillis() + 999) / 1000));
  }

  private Convergence.Facts facts(String reason) {
    LiveRelease target = agent.releases().target();
    return new Convergence.Facts(
        agent.spec().revision(),
        wanted,
        ready(target),
        count(Phase.HEALTHY),
        replicas.size(),
        target.countable(),
        agent.gaveUp(),
        agent.gaveUp() || target.stuck(),
        target.failure == null || target.trouble().isPresent() ? reason : target.failure.reason(),
        target.failure == null ? List.of() : target.failure.lastLines());
  }
}
