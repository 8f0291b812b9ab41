package dev.nexusdelta.sync;

import dev.nexusdelta.manifest.AgentName;

/**
 * How far an agent is known to be alike on both sides. Durable: what differs from it has changed
 * since.
 *
 * @param revision of the spec
 * @param updateTime of the document, as the outside registry writes it; empty = there was none
 */
public record SyncMark(AgentName agent, long revision, String updateTime) {}
