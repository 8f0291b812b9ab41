package dev.nexusdelta.scaling;

import java.time.Duration;

/**
 * All that one decision is made from.
 *
 * @param desired replicas that are wanted now
 * @param ready replicas that take calls
 * @param starting replicas that were started and are not ready yet
 * @param load of the agent
 * @param startTime what a start of this release on this host takes, as learnt; zero if unknown
 * @param room replicas that this agent may have at most for the sake of the rest of the fleet
 * @param roomBy what says so, such as {@code fleet.replicas}; empty = nothing binds
 */
public record ScalingInput(
    int desired,
    int ready,
    int starting,
    LoadSample load,
    Duration startTime,
    int room,
    String roomBy) {}
