package dev.nexusdelta.telemetry;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class PrometheusMetricsTest {
  private final PrometheusMetrics metrics = new PrometheusMetrics("1.2.3");

  @AfterEach
  void close() {
    metrics.close();
  }

  @Test
  void rendersCountersAsNamed() {
    metrics.count("nexus_replica_restarts_total", "agent", "math", "reason", "exit");
    metrics.count("nexus_replica_restarts_total", "agent", "math", "reason", "exit");
    assertThat(metrics.scrape())
        .contains("nexus_replica_restarts_total{agent=\"math\",reason=\"exit\"} 2.0");
  }

  @Test
  void rendersDurationsAsHistogramsInSeconds() {
    metrics.record("nexus_replica_start_seconds", Duration.ofMillis(40), "agent", "math");
    assertThat(metrics.scrape())
        .contains("nexus_replica_start_seconds_bucket{agent=\"math\",le=\"0.025\"} 0")
        .contains("nexus_replica_start_seconds_bucket{agent=\"math\",le=\"0.05\"} 1")
        .contains("nexus_replica_start_seconds_sum{agent=\"math\"} 0.04");
  }

  @Test
  void asksGaugesAtEachScrapeAndForgetsSeriesThatAreGone() {
    List<Metrics.Sample> samples = new ArrayList<>();
    samples.add(new Metrics.Sample(3, List.of("agent", "math", "state", "healthy")));
    metrics.gauge("nexus_replicas", "Replicas", () -> List.copyOf(samples));
    assertThat(metrics.scrape()).contains("nexus_replicas{agent=\"math\",state=\"healthy\"} 3.0");
    samples.set(0, new Metrics.Sample(2, List.of("agent", "text", "state", "healthy")));
    assertThat(metrics.scrape())
        .contains("nexus_replicas{agent=\"text\",state=\"healthy\"} 2.0")
        .doesNotContain("agent=\"math\",state");
  }

  @Test
  void asksTotalsAtEachScrapeAndRendersThemAsCounters() {
    Map<String, Double> seconds = new ConcurrentHashMap<>(Map.of("1", 1.5, "2", 4.0));
    metrics.total(
        "nexus_replica_cpu_seconds_total",
        "Processor time.",
        () ->
            seconds.entrySet().stream()
                .map(e -> new Metrics.Sample(e.getValue(), List.of("replica", e.getKey())))
                .toList());
    assertThat(metrics.scrape())
        .contains("# TYPE nexus_replica_cpu_seconds_total counter")
        .contains("nexus_replica_cpu_seconds_total{replica=\"1\"} 1.5")
        .contains("nexus_replica_cpu_seconds_total{replica=\"2\"} 4.0");
    seconds.remove("2");
    seconds.put("1", 2.5);
    assertThat(metrics.scrape())
        .contains("nexus_replica_cpu_seconds_total{replica=\"1\"} 2.5")
        .doesNotContain("nexus_replica_cpu_seconds_total{replica=\"2\"}");
  }

  @Test
  void recordsCalls() {
    CallMetrics calls = metrics.calls();
    calls.finished("math", "evaluate", 200, 3_000_000, 2_900_000);
    metrics.calls().finished("math", "evaluate", 200, 3_000_000, 2_900_000);
    calls.finished("math", "evaluate", 502, 3_000_000, 2_900_000);
    calls.retried("math", "refused");
    assertThat(metrics.scrape())
        .contains("nexus_requests_total{agent=\"math\",code=\"200\",tool=\"evaluate\"} 2.0")
        .contains("nexus_requests_total{agent=\"math\",code=\"502\",tool=\"evaluate\"} 1.0")
        .contains("nexus_request_duration_seconds_count{agent=\"math\",tool=\"evaluate\"} 3")
        .contains("nexus_gateway_overhead_seconds_bucket{le=\"1.0E-4\"} 3")
        .contains("nexus_retries_total{agent=\"math\",reason=\"refused\"} 1.0");
  }

  @Test
  void countsWhatAnAgentIsJudgedBy() {
    CallMetrics calls = metrics.calls();
    calls.judged("math", 200, 1_000_000);
    metrics.calls().judged("math", 504, 30_000_123_999L);
    calls.judged("text", 200, 90_000_000_000L);
    CallTotals math = metrics.takeCalls().get("math");
    assertThat(math.calls()).isEqualTo(2);
    assertThat(math.failed()).isEqualTo(1);
    assertThat(math.slowestMicros()).isEqualTo(30_000_123);
    assertThat(math.took()).hasSize(PrometheusMetrics.bounds().size() + 1);
    assertThat(math.took().get(0)).as("up to 1 ms").isEqualTo(1);
    assertThat(math.took().get(PrometheusMetrics.bounds().indexOf(60_000L))).isEqualTo(1);
    calls.judged("math", 200, 2_000_000);
    Map<String, CallTotals> later = metrics.takeCalls();
    assertThat(later.get("math").slowestMicros()).as("since then").isEqualTo(2_000);
    assertThat(later.get("math").calls()).isEqualTo(3);
    assertThat(later.get("text").took()).endsWith(1L);
  }

  @Test
  void hasJvmProcessAndBuild() {
    assertThat(metrics.scrape())
        .contains("jvm_memory_used_bytes")
        .contains("process_uptime_seconds")
        .contains("process_files_open_files")
        .contains("nexus_build_info{version=\"1.2.3\"} 1.0");
  }
}
