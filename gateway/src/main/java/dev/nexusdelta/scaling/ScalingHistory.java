package dev.nexusdelta.scaling;

import io.vertx.core.Future;

/** What was decided about the replicas of agents, and from what load. Thread-safe. */
public interface ScalingHistory {
  /**
   * Of one agent, also if nothing is known.
   *
   * @param agent its lower-case name
   * @param limit most decisions, the newest of all
   */
  Future<ScalingRecord> of(String agent, int limit);
}
