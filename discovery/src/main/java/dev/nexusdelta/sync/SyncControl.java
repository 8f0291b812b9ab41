package dev.nexusdelta.sync;

import dev.nexusdelta.discovery.AgentSpec;
import dev.nexusdelta.manifest.AgentName;
import io.vertx.core.Future;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** How the registry and the one outside stand, and what people may say about it. Thread-safe. */
public interface SyncControl {
  /** Of all agents together; empty = there is no outside registry. */
  Optional<SyncStatus> status();

  /** Of one agent: off, synced, pending or refused. */
  SyncState of(AgentName agent);

  /** Why documents are refused, by agent. */
  Map<AgentName, String> refused();

  /**
   * Says that most documents are gone is meant so: their agents are deleted here too.
   *
   * @return whether anything waited for that
   */
  Future<Boolean> confirmVanished();

  /** The revisions of an agent that gave way to somebody else's, newest first. */
  Future<List<AgentSpec>> superseded(AgentName agent);
}
