package dev.nexusdelta.fleet;

import dev.nexusdelta.discovery.AgentSpec;
import dev.nexusdelta.placement.HostedAgent;

/**
 * One agent as far as it is to be placed.
 *
 * @param spec that the fleet follows
 * @param total replicas wanted in the cluster, as this gateway knows
 * @param here what this gateway's host has of it; without its code
 * @param memory bytes that one replica may take; 0 = not known
 */
public record Placed(AgentSpec spec, int total, HostedAgent here, long memory) {}
