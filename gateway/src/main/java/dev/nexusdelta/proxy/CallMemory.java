package dev.nexusdelta.proxy;

import dev.nexusdelta.keyed.KeyedCalls;
import dev.nexusdelta.telemetry.Metrics;

/**
 * What the data plane remembers of calls beyond their end. Thread-safe.
 *
 * @param keyed calls with an {@code Idempotency-Key}
 */
public record CallMemory(KeyedCalls keyed, Metrics metrics) {
  /** A keyed call has ended like that. */
  void count(String agent, String result) {
    metrics.count("nexus_keyed_calls_total", "agent", agent, "result", result);
  }
}
