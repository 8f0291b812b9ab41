package dev.nexusdelta.placement;

/**
 * What one agent wants to have placed.
 *
 * @param agent lower-case name
 * @param revision of its spec
 * @param total replicas wanted in the whole cluster
 * @param container whether it runs on an engine only
 * @param code content hash of its code; empty text = it has none and runs wherever a host fits
 * @param memory bytes that one replica may take; 0 = not known
 */
public record Need(
    String agent, long revision, int total, boolean container, String code, long memory) {}
