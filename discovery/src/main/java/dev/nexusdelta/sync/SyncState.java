package dev.nexusdelta.sync;

import java.util.Locale;

/** How something stands on both sides, the worst last. */
public enum SyncState {
  /** There is no outside registry. */
  OFF,
  /** Alike. */
  SYNCED,
  /** Not alike yet. */
  PENDING,
  /** The document is refused, what is here stays. */
  REFUSED,
  /** The outside registry cannot be reached. */
  DEGRADED,
  /** Most documents are gone, and nobody has said that this is meant so. */
  HELD;

  /** As people read it: {@code pending}. */
  public String label() {
    return name().toLowerCase(Locale.ROOT);
  }
}
