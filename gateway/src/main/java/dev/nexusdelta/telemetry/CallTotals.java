package dev.nexusdelta.telemetry;

import java.util.List;

/**
 * What was counted of one agent's calls since this process began; requests that were refused for
 * their callers' own fault, and questions about the agent, are none.
 *
 * @param failed answered with 500 or more
 * @param took calls per bucket of {@link PrometheusMetrics#bounds}, and last those beyond
 * @param slowestMicros the longest since they were last taken
 */
public record CallTotals(long calls, long failed, List<Long> took, long slowestMicros) {
  /** Copies the list. */
  public CallTotals {
    took = List.copyOf(took);
  }
}
