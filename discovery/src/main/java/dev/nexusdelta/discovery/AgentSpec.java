package dev.nexusdelta.discovery;

import dev.nexusdelta.manifest.AgentName;
import dev.nexusdelta.manifest.Manifest;
import dev.nexusdelta.manifest.Run;
import java.time.Instant;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * What is wanted of one agent: durable, with revisions. Deletes are kept as tombstones, so that the
 * same file never re-creates a deleted agent and a late copy never brings it back.
 *
 * @param enabled false = stopped by the operator
 * @param pinned number of replicas set by hand; empty = by {@code scale}, or one
 * @param generation counts {@code restart}s; replicas of an older one are replaced
 * @param revision grows by one with every change of this agent, from 1
 * @param codeHash content hash of the agent's code as last applied; empty text where there is none
 * @param appliedHash content hash of the file last applied, and whose word the address is: see
 *     {@link #applied}; empty = the operator's, and never came from a file
 * @param deleted a tombstone
 * @param by who made this revision
 */
public record AgentSpec(
    AgentName name,
    Manifest manifest,
    boolean enabled,
    OptionalInt pinned,
    int generation,
    long revision,
    String codeHash,
    Optional<String> appliedHash,
    boolean deleted,
    Instant updated,
    String by) {

  /** What {@link #appliedHash} says. */
  public AppliedMark applied() {
    return AppliedMark.of(appliedHash);
  }

  /** Whether it runs elsewhere, where somebody else than the operator says. */
  public boolean isForeign() {
    return manifest.run() instanceof Run.Url && applied().origin() != AppliedMark.Origin.OPERATOR;
  }
}
