package dev.nexusdelta.telemetry;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MultiGauge;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.Timer;
import io.micrometer.core.instrument.binder.jvm.ClassLoaderMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmGcMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmMemoryMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmThreadMetrics;
import io.micrometer.core.instrument.binder.system.FileDescriptorMetrics;
import io.micrometer.core.instrument.binder.system.ProcessorMetrics;
import io.micrometer.core.instrument.binder.system.UptimeMetrics;
import io.micrometer.core.instrument.config.NamingConvention;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.micrometer.prometheusmetrics.PrometheusNamingConvention;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Metrics on a Prometheus registry of Micrometer, with those of the JVM and the process. Names that
 * begin with {@code nexus_} are rendered as given. Thread-safe; close it to stop listening to the
 * collector.
 */
public final class PrometheusMetrics implements Metrics, AutoCloseable {
  /** Upper bounds of every histogram: from a call on loopback to the longest usual limit. */
  private static final Duration[] BUCKETS =
      List.of(1, 2, 5, 10, 25, 50, 100, 250, 500, 1000, 2500, 5000, 10_000, 30_000, 60_000).stream()
          .map(Duration::ofMillis)
          .toArray(Duration[]::new);

  private static final long[] BUCKET_NANOS =
      Arrays.stream(BUCKETS).mapToLong(Duration::toNanos).toArray();

  /** The gateway's own share of a call is far smaller than a call. */
  private static final Duration[] OVERHEAD_BUCKETS =
      List.of(50, 100, 200, 500, 1000, 2000, 5000, 10_000, 50_000, 250_000).stream()
          .map(micros -> Duration.ofNanos(micros * 1000L))
          .toArray(Duration[]::new);

  private final CoarseClock clock = new CoarseClock();
  private final PrometheusMeterRegistry registry =
      new PrometheusMeterRegistry(PrometheusConfig.DEFAULT, new PrometheusRegistry(), clock);
  private final JvmGcMetrics collector = new JvmGcMetrics();
  private final Map<String, Rows> gauges = new ConcurrentHashMap<>();
  private final Map<String, Totals> totals = new ConcurrentHashMap<>();
  private final Map<String, CallCounts> counts = new ConcurrentHashMap<>();

  /** Binds the defaults and says which build this is. */
  public PrometheusMetrics(String version) {
    registry.config().namingConvention(conventionOf());
    new JvmMemoryMetrics().bindTo(registry);
    new JvmThreadMetrics().bindTo(registry);
    new ClassLoaderMetrics().bindTo(registry);
    new ProcessorMetrics().bindTo(registry);
    new UptimeMetrics().bindTo(registry);
    new FileDescriptorMetrics().bindTo(registry);
    collector.bindTo(registry);
    gauge(
        "nexus_build_info",
        "The build that runs",
        () -> List.of(new Sample(1, List.of("version", version))));
  }

  @Override
  public void count(String name, String... labels) {
    counter(name, labels).increment();
  }

  @Override
  public void record(String name, Duration duration, String... labels) {
    timer(name, labels).record(duration);
  }

  @Override
  public void gauge(String name, String help, Supplier<List<Sample>> samples) {
    // Said again, by a part that was made anew: the same rows from another source.
    gauges.compute(
        name,
        (known, before) ->
            new Rows(
                before == null
                    ? MultiGauge.builder(name).description(help).register(registry)
                    : before.gauge(),
                samples));
  }

  @Override
  public void total(String name, String help, Supplier<List<Sample>> samples) {
    totals.computeIfAbsent(name, made -> new Totals(registry, name, help)).from(samples);
  }

  /** Handles for one event loop's calls. */
  public CallMetrics calls() {
    return new CallMetrics(this);
  }

  /**
   * What was counted of calls since this process began, by agent; for one who keeps it, as the
   * slowest call is told once.
   */
  public Map<String, CallTotals> takeCalls() {
    Map<String, CallTotals> all = new HashMap<>();
    counts.forEach((agent, each) -> all.put(agent, each.take()));
    return all;
  }

  /** What counts an agent's calls, whichever event loop they come by. */
  CallCounts counts(String agent) {
    return counts.computeIfAbsent(agent, made -> new CallCounts(BUCKET_NANOS));
  }

  /** Upper bounds of all buckets of calls but the last, milliseconds. */
  public static List<Long> bounds() {
    return Arrays.stream(BUCKETS).map(Duration::toMillis).toList();
  }

  /** Time goes on; to be called every few seconds. */
  public void tick() {
    clock.tick();
  }

  @Override
  public synchronized String scrape() {
    clock.tick();
    gauges.values().forEach(Rows::refresh);
    totals.values().forEach(Totals::refresh);
    return registry.scrape();
  }

  @Override
  public void close() {
    collector.close();
    registry.close();
  }

  Counter counter(String name, String... labels) {
    return registry.counter(name, labels);
  }

  Timer timer(String name, String... labels) {
    return Timer.builder(name)
        .tags(labels)
        .serviceLevelObjectives(name.contains("overhead") ? OVERHEAD_BUCKETS : BUCKETS)
        .register(registry);
  }

  private static NamingConvention conventionOf() {
    PrometheusNamingConvention usual = new PrometheusNamingConvention();
    return new NamingConvention() {
      @Override
      public String name(String name, Meter.Type type, @Nullable String baseUnit) {
        return name.startsWith("nexus_") ? name : usual.name(name, type, baseUnit);
      }

      @Override
      public String tagKey(String key) {
        return usual.tagKey(key);
      }
    };
  }

  private record Rows(MultiGauge gauge, Supplier<List<Sample>> samples) {
    void refresh() {
      List<MultiGauge.Row<?>> rows =
          samples.get().stream()
              .<MultiGauge.Row<?>>map(
                  sample ->
                      MultiGauge.Row.of(
                          Tags.of(sample.labels().toArray(String[]::new)), sample.value()))
              .toList();
      gauge.register(rows, true);
    }
  }
}
