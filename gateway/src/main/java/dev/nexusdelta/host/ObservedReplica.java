package dev.nexusdelta.host;

import dev.nexusdelta.manifest.AgentName;
import java.time.Duration;
import java.time.Instant;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * One replica as its host sees it. Whether it answers is not known here: that is health's part.
 *
 * @param id unique over time, {@code <name>-<ordinal>-<random>}
 * @param release id of the release it runs
 * @param ordinal from 1, reused: names, metrics
 * @param address where it listens; valid on this machine
 * @param pid of the process; empty in containers
 * @param containerId empty for processes
 * @param stopping it was told to end
 * @param adopted it was started by an earlier gateway
 * @param phases what its start took so far, phase by phase in their order ({@code create}, {@code
 *     start}); empty where the host does not know
 * @param name of the machine that it is asked by; empty text = its address
 */
public record ObservedReplica(
    String id,
    AgentName agent,
    String release,
    int ordinal,
    String address,
    int port,
    OptionalLong pid,
    Optional<String> containerId,
    boolean stopping,
    boolean adopted,
    Instant since,
    Map<String, Duration> phases,
    String name) {
  /** Copies the map and keeps its order. */
  public ObservedReplica {
    phases = Collections.unmodifiableMap(new LinkedHashMap<>(phases));
  }

  /** One that is asked by its address. */
  public ObservedReplica(
      String id,
      AgentName agent,
      String release,
      int ordinal,
      String address,
      int port,
      OptionalLong pid,
      Optional<String> containerId,
      boolean stopping,
      boolean adopted,
      Instant since,
      Map<String, Duration> phases) {
    this(
        id,
        agent,
        release,
        ordinal,
        address,
        port,
        pid,
        containerId,
        stopping,
        adopted,
        since,
        phases,
        "");
  }

  /** One of whose start nothing is known. */
  public ObservedReplica(
      String id,
      AgentName agent,
      String release,
      int ordinal,
      String address,
      int port,
      OptionalLong pid,
      Optional<String> containerId,
      boolean stopping,
      boolean adopted,
      Instant since) {
    this(
        id,
        agent,
        release,
        ordinal,
        address,
        port,
        pid,
        containerId,
        stopping,
        adopted,
        since,
        Map.of());
  }
}
