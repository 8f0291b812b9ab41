package dev.nexusdelta.telemetry;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Timer;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Records finished calls through handles that are looked up once. One instance per event loop; not
 * thread-safe, though all of them add to the same series.
 */
public final class CallMetrics {
  private final PrometheusMetrics metrics;
  private final Map<String, Map<String, Series>> series = new HashMap<>();
  private final Map<String, Map<String, Counter>> retries = new HashMap<>();
  private final Map<String, Map<String, Counter>> sheds = new HashMap<>();
  private final Map<String, Map<String, Counter>> hops = new HashMap<>();
  private final Map<String, CallCounts> counts = new HashMap<>();
  private final Map<String, Timer> waits = new HashMap<>();
  private final Timer overhead;

  CallMetrics(PrometheusMetrics metrics) {
    this.metrics = metrics;
    this.overhead = metrics.timer("nexus_gateway_overhead_seconds");
  }

  /**
   * A call has ended.
   *
   * @param agent label, bounded by the caller
   * @param tool label, bounded by the caller
   * @param status of the answer, 499 if the caller left
   * @param totalNanos from head to last byte
   * @param agentNanos of it, spent at the agent
   */
  public void finished(String agent, String tool, int status, long totalNanos, long agentNanos) {
    Series calls =
        series
            .computeIfAbsent(agent, key -> new HashMap<>())
            .computeIfAbsent(tool, key -> new Series(metrics, agent, tool));
    calls.count(status);
    calls.duration.record(totalNanos, TimeUnit.NANOSECONDS);
    overhead.record(Math.max(0, totalNanos - agentNanos), TimeUnit.NANOSECONDS);
  }

  /**
   * It was one by which its agent may be judged: a replica had it, or none could be found for it.
   *
   * @param status as above
   */
  public void judged(String agent, int status, long totalNanos) {
    counts.computeIfAbsent(agent, metrics::counts).add(status, totalNanos);
  }

  /** A call is sent once more. */
  public void retried(String agent, String reason) {
    retries
        .computeIfAbsent(agent, key -> new HashMap<>())
        .computeIfAbsent(
            reason, key -> metrics.counter("nexus_retries_total", "agent", agent, "reason", reason))
        .increment();
  }

  /** A call was refused to keep the gateway alive; {@code reason}: overload, memory, in_flight. */
  public void shed(String agent, String reason) {
    sheds
        .computeIfAbsent(agent, key -> new HashMap<>())
        .computeIfAbsent(
            reason, key -> metrics.counter("nexus_shed_total", "agent", agent, "reason", reason))
        .increment();
  }

  /** A call was passed on to another gateway, with that outcome; gateways are few. */
  public void hopped(String gateway, String outcome) {
    hops.computeIfAbsent(gateway, key -> new HashMap<>())
        .computeIfAbsent(
            outcome,
            key -> metrics.counter("nexus_hops_total", "gateway", gateway, "outcome", outcome))
        .increment();
  }

  /** A call has waited for its turn and goes on. */
  public void waited(String agent, long nanos) {
    waits
        .computeIfAbsent(agent, key -> metrics.timer("nexus_queue_wait_seconds", "agent", agent))
        .record(nanos, TimeUnit.NANOSECONDS);
  }

  private static final class Series {
    private final PrometheusMetrics metrics;
    private final String agent;
    private final String tool;
    private final Timer duration;
    private final Map<Integer, Counter> byStatus = new HashMap<>();
    private int lastStatus;
    private @Nullable Counter last;

    Series(PrometheusMetrics metrics, String agent, String tool) {
      this.metrics = metrics;
      this.agent = agent;
      this.tool = tool;
      this.duration = metrics.timer("nexus_request_duration_seconds", "agent", agent, "tool", tool);
    }

    void count(int status) {
      Counter counter = last;
      if (counter == null || status != lastStatus) {
        counter = byStatus.computeIfAbsent(status, this::counter);
        lastStatus = status;
        last = counter;
      }
      counter.increment();
    }

    private Counter counter(int status) {
      return metrics.counter(
          "nexus_requests_total", "agent", agent, "tool", tool, "code", Integer.toString(status));
    }
  }
}
