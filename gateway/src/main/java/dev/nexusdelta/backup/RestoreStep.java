package dev.nexusdelta.backup;

import dev.nexusdelta.discovery.AgentSpec;
import dev.nexusdelta.discovery.AppliedMark;
import dev.nexusdelta.manifest.AgentName;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * What a restore does to one agent.
 *
 * @param parts what differs: keys of the manifest, {@code enabled}, {@code pinned}; empty unless it
 *     is a change
 * @param revision as it was read, 0 = the agent was unknown; the step is for no other
 * @param entry of the backup; empty for an agent that is deleted because none is there
 */
public record RestoreStep(
    AgentName name, Action action, List<String> parts, long revision, Optional<BackupEntry> entry) {

  /** Kinds of steps. */
  public enum Action {
    /** The agent does not exist now. */
    CREATE,
    /** It does, and differs. */
    CHANGE,
    /** Nothing is done. */
    SAME,
    /** It exists and is deleted. */
    DELETE,
    /** It is unknown here, and its deletion becomes known, so that its file makes no new one. */
    TOMBSTONE;

    /** As API and command line say it. */
    public String label() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /** Copies the list. */
  public RestoreStep {
    parts = List.copyOf(parts);
  }

  /** Whether the registry is another one after it. */
  public boolean changes() {
    return action != Action.SAME;
  }

  /**
   * What the registry is to hold. Revision, time and author are the registry's to set.
   *
   * @param stored what stands there now, at {@link #revision}
   * @param fileHash of the agent's file as it stands now: this content never re-creates an agent
   *     that is deleted
   */
  AgentSpec onto(Optional<AgentSpec> stored, Optional<String> fileHash) {
    return switch (action) {
      case CREATE -> created(wanted(), stored);
      case CHANGE -> changed(wanted(), stored.orElseThrow());
      case DELETE -> deleted(stored.orElseThrow(), fileHash);
      case SAME -> stored.orElseThrow();
      case TOMBSTONE -> wanted();
    };
  }

  private AgentSpec wanted() {
    return entry.orElseThrow().spec();
  }

  private static AgentSpec created(AgentSpec wanted, Optional<AgentSpec> tombstone) {
    return new AgentSpec(
        wanted.name(),
        wanted.manifest(),
        wanted.enabled(),
        wanted.pinned(),
        // Goes on counting: replicas of the deleted one are never taken for those of this one.
        Math.max(wanted.generation(), tombstone.map(old -> old.generation() + 1).orElse(0)),
        wanted.revision(),
        wanted.codeHash(),
        // What was seen of the file here is newer than what the backup knows: it must not be
        // applied again, over what is restored.
        mark(wanted, tombstone),
        false,
        wanted.updated(),
        wanted.by());
  }

  /** Whose word the address is comes with the manifest, what was seen of the file is known here. */
  private static Optional<String> mark(AgentSpec wanted, Optional<AgentSpec> stored) {
    Optional<String> seen = stored.flatMap(spec -> spec.applied().fileHash());
    boolean known = stored.filter(spec -> !spec.deleted()).isPresent();
    return new AppliedMark(
            wanted.applied().origin(), known ? seen : seen.or(() -> wanted.applied().fileHash()))
        .text();
  }

  private static AgentSpec changed(AgentSpec wanted, AgentSpec stored) {
    boolean sameCode = stored.manifest().run().equals(wanted.manifest().run());
    return new AgentSpec(
        wanted.name(),
        wanted.manifest(),
        wanted.enabled(),
        wanted.pinned(),
        stored.generation(),
        stored.revision(),
        // Code is not restored: what is on disk here is what runs.
        sameCode ? stored.codeHash() : wanted.codeHash(),
        mark(wanted, Optional.of(stored)),
        false,
        stored.updated(),
        stored.by());
  }

  private static AgentSpec deleted(AgentSpec stored, Optional<String> fileHash) {
    return new AgentSpec(
        stored.name(),
        stored.manifest(),
        stored.enabled(),
        stored.pinned(),
        stored.generation(),
        stored.revision(),
        stored.codeHash(),
        fileHash.or(stored::appliedHash),
        true,
        stored.updated(),
        stored.by());
  }
}
