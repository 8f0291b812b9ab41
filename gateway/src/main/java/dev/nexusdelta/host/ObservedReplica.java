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
 * One replica as its host sees it; made with {@link #builder}. Whether it answers is not known
 * here: that is health's part.
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

  /**
   * Begins one of which is said what every replica has. Unless told more, it is no process and no
   * container that is known, was started by this gateway, is not told to end, nothing is known of
   * its start, and it is asked by its address.
   */
  public static Builder builder(
      String id,
      AgentName agent,
      String release,
      int ordinal,
      String address,
      int port,
      Instant since) {
    return new Builder(id, agent, release, ordinal, address, port, since);
  }

  /** What else is known of one. */
  public static final class Builder {
    private final String id;
    private final AgentName agent;
    private final String release;
    private final int ordinal;
    private final String address;
    private final int port;
    private final Instant since;
    private OptionalLong pid = OptionalLong.empty();
    private Optional<String> containerId = Optional.empty();
    private boolean stopping;
    private boolean adopted;
    private Map<String, Duration> phases = Map.of();
    private String name = "";

    private Builder(
        String id,
        AgentName agent,
        String release,
        int ordinal,
        String address,
        int port,
        Instant since) {
      this.id = id;
      this.agent = agent;
      this.release = release;
      this.ordinal = ordinal;
      this.address = address;
      this.port = port;
      this.since = since;
    }

    /** See {@link ObservedReplica#pid}. */
    public Builder pid(OptionalLong value) {
      pid = value;
      return this;
    }

    /** See {@link ObservedReplica#containerId}. */
    public Builder containerId(Optional<String> value) {
      containerId = value;
      return this;
    }

    /** See {@link ObservedReplica#stopping}. */
    public Builder stopping(boolean value) {
      stopping = value;
      return this;
    }

    /** See {@link ObservedReplica#adopted}. */
    public Builder adopted(boolean value) {
      adopted = value;
      return this;
    }

    /** See {@link ObservedReplica#phases}. */
    public Builder phases(Map<String, Duration> value) {
      phases = value;
      return this;
    }

    /** See {@link ObservedReplica#name}. */
    public Builder name(String value) {
      name = value;
      return this;
    }

    /** The replica. */
    public ObservedReplica build() {
      return new ObservedReplica(
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
          name);
    }
  }
}
