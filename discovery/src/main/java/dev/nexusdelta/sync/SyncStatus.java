package dev.nexusdelta.sync;

import java.util.OptionalLong;

/**
 * How the registry and the one outside stand.
 *
 * @param known whether what is outside has been heard since the start
 * @param pending agents that are not alike on both sides, as far as is known
 * @param sinceNanos since when the one that has waited for the longest does, monotonic
 * @param trouble why the outside registry cannot be reached; empty = it can
 * @param held most documents are gone, and nobody has said yet that this is meant so
 */
public record SyncStatus(
    boolean known, int pending, OptionalLong sinceNanos, String trouble, boolean held) {
  /** Before anything is known. */
  static final SyncStatus BEGINNING = new SyncStatus(false, 0, OptionalLong.empty(), "", false);

  /** How long something has waited to be alike, in nanoseconds. */
  public long lagNanos(long now) {
    return sinceNanos.isPresent() ? Math.max(0, now - sinceNanos.getAsLong()) : 0;
  }

  /** In one word; a refused document alone changes nothing of it. */
  public SyncState state() {
    if (held) {
      return SyncState.HELD;
    }
    if (!trouble.isEmpty()) {
      return SyncState.DEGRADED;
    }
    return known && pending == 0 ? SyncState.SYNCED : SyncState.PENDING;
  }
}
