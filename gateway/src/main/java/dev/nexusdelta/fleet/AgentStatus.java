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
    List<ReplicaStatus> replicas) {
  /** Copies the lists. */
  public AgentStatus {
    lastLines = List.copyOf(lastLines);
    tools = List.copyOf(tools);
    replicas = List.copyOf(replicas);
  }

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
