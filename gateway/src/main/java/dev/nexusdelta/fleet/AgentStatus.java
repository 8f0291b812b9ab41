package dev.nexusdelta.fleet;

import dev.nexusdelta.discovery.ToolInfo;
import dev.nexusdelta.manifest.AgentName;
import java.time.Duration;
import java.time.Instant;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.Stream;

/**
 * Everything known of one agent's present, for the admin API. Immutable.
 *
 * @param revision of the spec that this status has taken up
 * @param desired replicas wanted
 * @param ready replicas healthy
 * @param serving release that takes the calls; empty before the first
 * @param version of the serving release
 * @param target release that the spec wants; differs from {@code serving} while a replacement is
 *     under way or has failed
 * @param reason why the state is what it is, or why nothing can be started or stopped now; empty
 *     when all is well
 * @param lastLines last log lines of what failed, at most 20
 * @param toolsKnown false while no replica of the serving release has named them yet, though one
 *     may be healthy: {@code tools} are then those of the release before, or the declared ones
 * @param replicas of this gateway
 * @param elsewhere those of other gateways that take calls here
 * @param placement where replicas are to run; empty where the gateway is alone
 */
public record AgentStatus(
    AgentName name,
    long revision,
    AgentState state,
    int desired,
    int ready,
    Optional<String> serving,
    String version,
    Optional<String> target,
    String reason,
    List<String> lastLines,
    List<ToolInfo> tools,
    boolean toolsKnown,
    String healthMode,
    List<ReplicaStatus> replicas,
    List<ReplicaStatus> elsewhere,
    List<Place> placement) {
  /** Copies the lists. */
  public AgentStatus {
    lastLines = List.copyOf(lastLines);
    tools = List.copyOf(tools);
    replicas = List.copyOf(replicas);
    elsewhere = List.copyOf(elsewhere);
    placement = List.copyOf(placement);
  }

  /** Of a gateway that is alone. */
  public AgentStatus(
      AgentName name,
      long revision,
      AgentState state,
      int desired,
      int ready,
      Optional<String> serving,
      String version,
      Optional<String> target,
      String reason,
      List<String> lastLines,
      List<ToolInfo> tools,
      boolean toolsKnown,
      String healthMode,
      List<ReplicaStatus> replicas) {
    this(
        name,
        revision,
        state,
        desired,
        ready,
        serving,
        version,
        target,
        reason,
        lastLines,
        tools,
        toolsKnown,
        healthMode,
        replicas,
        List.of(),
        List.of());
  }

  /** All of its replicas, those of this gateway first. */
  public List<ReplicaStatus> everywhere() {
    return Stream.concat(replicas.stream(), elsewhere.stream()).toList();
  }

  /**
   * A gateway of the cluster, and what its host is to run of the agent.
   *
   * @param wanted replicas there
   * @param ready healthy ones there
   * @param reason why it gets none, or none more; empty text = it could
   */
  public record Place(String gateway, int wanted, int ready, String reason) {}

  /**
   * One replica as the admin API shows it.
   *
   * @param state starting, healthy, suspect, ejected, draining, failed
   * @param circuit closed, open, half_open
   * @param start what its start took: the host's own phases in their order, then {@code ready},
   *     from its start to the first good probe; empty as far as it is not known
   */
  public record ReplicaStatus(
      String id,
      AgentName agent,
      String version,
      String release,
      String gateway,
      String host,
      String address,
      OptionalLong pid,
      Optional<String> containerId,
      String state,
      String circuit,
      int inFlight,
      Instant since,
      String reason,
      Map<String, Duration> start) {
    /** Copies the map and keeps its order. */
    public ReplicaStatus {
      start = Collections.unmodifiableMap(new LinkedHashMap<>(start));
    }
  }
}
