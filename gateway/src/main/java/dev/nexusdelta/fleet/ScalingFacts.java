package dev.nexusdelta.fleet;

import dev.nexusdelta.manifest.AgentName;
import dev.nexusdelta.manifest.Manifest;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * What is to be known of one agent to scale it.
 *
 * @param enabled whether it is started
 * @param pinned number of replicas set by hand
 * @param countable false where it runs elsewhere
 * @param least replicas that stay whatever the load: 1 while only a former release serves, which
 *     could not be started again; else 0
 * @param desired replicas that are wanted now, by whomever
 * @param ready replicas that take calls
 * @param starting replicas that were started, or are about to be, and are not ready yet
 * @param release the target
 * @param startTime what a start of the target takes on its host: the median of the last few; zero
 *     if none was seen yet
 * @param memoryBytes what one replica may take
 * @param failure why the target's replicas do not come up
 */
public record ScalingFacts(
    AgentName name,
    Manifest manifest,
    boolean enabled,
    OptionalInt pinned,
    boolean countable,
    int least,
    int desired,
    int ready,
    int starting,
    String release,
    Duration startTime,
    long memoryBytes,
    Optional<String> failure) {}
