package dev.nexusdelta.host;

import dev.nexusdelta.manifest.AgentName;
import java.time.Instant;
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
    Instant since) {}
