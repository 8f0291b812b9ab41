package dev.nexusdelta.keys;

import java.time.Instant;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;

/**
 * When this gateway's callers used their keys last, to the second, until that is put down in the
 * {@link KeyStore}. Thread-safe; {@link #used} takes no lock, and mostly only reads.
 */
public final class KeyUses {
  /** Event loops share what is written here, so it is not written with each call. */
  private static final long ACCURACY_MILLIS = 1000;

  private final InstantSource clock;
  private final ConcurrentMap<String, Use> uses = new ConcurrentHashMap<>();

  private static final class Use {
    private volatile long last;

    /** As it was taken; guarded by the whole. */
    private long taken;
  }

  /** Knows of no use yet. */
  public KeyUses(InstantSource clock) {
    this.clock = clock;
  }

  /** That key was used just now. */
  public void used(String id) {
    Use known = uses.get(id);
    Use use = known != null ? known : uses.computeIfAbsent(id, first -> new Use());
    long now = clock.millis();
    if (now - use.last >= ACCURACY_MILLIS) {
      use.last = now;
    }
  }

  /** When that key was last used here; empty = not since this gateway started. */
  public Optional<Instant> last(String id) {
    return Optional.ofNullable(uses.get(id)).map(use -> Instant.ofEpochMilli(use.last));
  }

  /** The uses that nobody has taken yet, by id. */
  public synchronized Map<String, Instant> takeChanged() {
    Map<String, Instant> changed = new LinkedHashMap<>();
    uses.forEach(
        (id, use) -> {
          long last = use.last;
          if (last > use.taken) {
            use.taken = last;
            changed.put(id, Instant.ofEpochMilli(last));
          }
        });
    return changed;
  }

  /** What was taken could not be put down: it is to be taken again. */
  public synchronized void giveBack(Map<String, Instant> taken) {
    taken.forEach(
        (id, at) -> {
          Use use = uses.get(id);
          if (use != null && use.taken == at.toEpochMilli()) {
            use.taken = 0;
          }
        });
  }
}
