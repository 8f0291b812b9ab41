package dev.nexusdelta.host.docker;

/**
 * The network on which replicas live.
 *
 * @param gateway address that the engine's machine has there
 * @param subnet in CIDR notation
 */
public record Bridge(String gateway, String subnet) {}
