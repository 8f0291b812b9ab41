package dev.nexusdelta.admin;

import dev.nexusdelta.market.Tally;
import io.vertx.core.Future;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What this gateway has counted of calls in the last seven days. Thread-safe. */
public interface CountedCalls {
  /** All of it up to now; may complete on any thread. */
  Future<Counted> take();

  /** Upper bounds of the buckets of each tally but its last, milliseconds. */
  List<Long> bounds();

  /**
   * Counts.
   *
   * @param agents by {@link dev.nexusdelta.manifest.AgentName#key}; those without calls are left
   *     out
   * @param since begin of the first hour of which anything is known
   */
  record Counted(Map<String, Tally> agents, Optional<Instant> since) {
    /** Copies the map. */
    public Counted {
      agents = Map.copyOf(agents);
    }
  }
}
