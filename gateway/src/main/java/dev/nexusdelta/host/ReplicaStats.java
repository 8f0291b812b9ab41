package dev.nexusdelta.host;

import java.time.Duration;

/**
 * What a replica uses.
 *
 * @param memoryBytes resident
 * @param cpu processor time since its start
 */
public record ReplicaStats(long memoryBytes, Duration cpu) {}
