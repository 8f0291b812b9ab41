package dev.nexusdelta.discovery;

import dev.nexusdelta.manifest.AgentName;
import java.time.Instant;

/**
 * One live replica as discovery publishes it.
 *
 * @param gateway name of the gateway that owns the replica's host
 * @param host kind of the host: {@code process}, {@code docker}, {@code url}
 * @param address valid on its machine only
 * @param state as the admin API names it
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
    Instant since) {}
