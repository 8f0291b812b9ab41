package dev.nexusdelta.sync;

import dev.nexusdelta.discovery.AgentSpec;
import dev.nexusdelta.manifest.AgentName;

/** What people should hear of. */
public interface SyncEvents {
  /** An edit made here gives way to one made outside; it is kept and can be restored. */
  void superseded(AgentSpec lost, AgentSpec by);

  /** A document says what is not trusted to say; the rest was taken. */
  void ignored(AgentName agent, String what);

  /** A document was refused, the last good one stays in force; empty reason = good again. */
  void refused(AgentName agent, String reason);

  /**
   * More than half of all documents are gone at once; nothing is deleted before somebody says so.
   */
  void vanished(int documents, int of);

  /** The outside registry cannot be reached; empty reason = it is back. */
  void trouble(String reason);
}
