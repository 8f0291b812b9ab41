package dev.nexusdelta.backup;

import dev.nexusdelta.discovery.AgentSpec;
import dev.nexusdelta.discovery.Release;
import java.util.List;

/**
 * One agent of a backup, or the tombstone of one.
 *
 * @param releases newest first
 */
public record BackupEntry(AgentSpec spec, List<Release> releases) {
  /** Copies the list. */
  public BackupEntry {
    releases = List.copyOf(releases);
  }
}
