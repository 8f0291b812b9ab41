package dev.nexusdelta.discovery;

import dev.nexusdelta.manifest.AgentName;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * One live replica as discovery publishes it.
 *
 * @param gateway name of the gateway that owns the replica's host
 * @param host kind of the host: {@code process}, {@code docker}, {@code url}
 * @param address valid on its machine only
 * @param state as the admin API names it
 * @param ordinal reused number from 1; 0 = not known
 * @param tools of its release as far as they are known, for other gateways to call it by
 * @param pid of its process, on its machine; empty in containers, or not known
 * @param containerId on its gateway's engine; empty for processes, or not known
 */
public record ReplicaRecord(
    String id,
    AgentName agent,
    String version,
    String release,
    String gateway,
    String host,
    String address,
    int port,
    String state,
    Instant since,
    int ordinal,
    List<ToolInfo> tools,
    OptionalLong pid,
    Optional<String> containerId) {
  /** Copies the list. */
  public ReplicaRecord {
    tools = List.copyOf(tools);
  }

  /** Whether it takes calls, be it as a last choice. */
  public boolean isRoutable() {
    return state.equals("healthy") || state.equals("suspect");
  }
}
