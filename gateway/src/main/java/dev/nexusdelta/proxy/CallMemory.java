package dev.nexusdelta.proxy;

import dev.nexusdelta.calls.CallHistory;
import dev.nexusdelta.keyed.KeyedCalls;
import dev.nexusdelta.telemetry.Metrics;
import java.util.random.RandomGenerator;

/**
 * What the data plane remembers of calls beyond their end. Thread-safe.
 *
 * @param keyed calls with an {@code Idempotency-Key}
 * @param history those worth a look
 * @param random decides which ordinary ones are; used by several threads
 */
public record CallMemory(
    KeyedCalls keyed, CallHistory history, RandomGenerator random, Metrics metrics) {
  /** A keyed call has ended like that. */
  void count(String agent, String result) {
    metrics.count("nexus_keyed_calls_total", "agent", agent, "result", result);
  }
}
