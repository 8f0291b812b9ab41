package dev.nexusdelta.sync;

import dev.nexusdelta.discovery.AgentSpec;
import dev.nexusdelta.manifest.AgentName;
import io.vertx.core.Future;
import java.util.List;

/**
 * What the sync must not forget. A future that succeeds means: on disk, survives a power cut.
 *
 * <p>Callable from any thread; futures complete on the caller's Vert.x context if it has one.
 */
public interface SyncStore {
  /** How many superseded revisions of an agent are kept, the newest. */
  int SUPERSEDED_KEPT = 10;

  /** The marks of all agents that have one. */
  Future<List<SyncMark>> marks();

  /** Writes or replaces that of an agent. */
  Future<Void> put(SyncMark mark);

  /** Keeps a revision that gives way to somebody else's; the same one again changes nothing. */
  Future<Void> keep(AgentSpec superseded);

  /** The revisions of an agent that gave way, newest first. */
  Future<List<AgentSpec>> superseded(AgentName agent);
}
