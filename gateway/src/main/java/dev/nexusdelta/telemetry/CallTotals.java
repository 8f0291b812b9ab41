package dev.nexusdelta.telemetry;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.micrometer.core.instrument.distribution.CountAtBucket;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What was counted of one agent's calls since this process began.
 *
 * @param failed answered with 500 or more
 * @param took calls per bucket of {@link PrometheusMetrics#bounds}, and last those beyond
 */
public record CallTotals(long calls, long failed, List<Long> took) {
  static final String REQUESTS = "nexus_requests_total";
  static final String DURATIONS = "nexus_request_duration_seconds";
  private static final String AGENT = "agent";
  private static final int FAILED = 500;

  /** Copies the list. */
  public CallTotals {
    took = List.copyOf(took);
  }

  /** By the agents' labels. */
  static Map<String, CallTotals> of(MeterRegistry registry, int bounds) {
    Map<String, long[]> sums = new HashMap<>();
    for (Counter counter : registry.find(REQUESTS).counters()) {
      long[] sum = sum(sums, counter.getId().getTag(AGENT), bounds);
      long count = (long) counter.count();
      sum[0] += count;
      String code = counter.getId().getTag("code");
      if (code != null && code.compareTo(String.valueOf(FAILED)) >= 0) {
        sum[1] += count;
      }
    }
    for (Timer timer : registry.find(DURATIONS).timers()) {
      add(sum(sums, timer.getId().getTag(AGENT), bounds), timer, bounds);
    }
    Map<String, CallTotals> totals = new HashMap<>();
    sums.forEach(
        (agent, sum) ->
            totals.put(
                agent,
                new CallTotals(
                    sum[0], sum[1], Arrays.stream(sum, 2, sum.length).boxed().toList())));
    return totals;
  }

  private static long[] sum(Map<String, long[]> sums, @Nullable String agent, int bounds) {
    return sums.computeIfAbsent(agent == null ? "" : agent, made -> new long[2 + bounds + 1]);
  }

  /** Its buckets count all calls up to their bounds, not those of one bucket only. */
  private static void add(long[] sum, Timer timer, int bounds) {
    List<Long> upTo = new ArrayList<>();
    for (CountAtBucket bucket : timer.takeSnapshot().histogramCounts()) {
      upTo.add((long) bucket.count());
    }
    long before = 0;
    for (int i = 0; i < Math.min(bounds, upTo.size()); i++) {
      sum[2 + i] += Math.max(0, upTo.get(i) - before);
      before = upTo.get(i);
    }
    sum[2 + bounds] += Math.max(0, timer.count() - before);
  }
}
