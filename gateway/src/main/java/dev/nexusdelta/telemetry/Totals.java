package dev.nexusdelta.telemetry;

import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Supplier;

/**
 * The series of one counter whose values are kept elsewhere: they come and go as they are told at
 * each scrape. Not thread-safe: for the scraping thread.
 */
final class Totals {
  private final MeterRegistry registry;
  private final String name;
  private final String help;
  private volatile Supplier<List<Metrics.Sample>> samples = List::of;
  private final Map<List<String>, Series> series = new HashMap<>();

  private static final class Series {
    private double value;
    private FunctionCounter counter;

    Series(Totals of, List<String> labels) {
      counter =
          FunctionCounter.builder(of.name, this, series -> series.value)
              .description(of.help)
              .tags(Tags.of(labels.toArray(String[]::new)))
              .register(of.registry);
    }
  }

  Totals(MeterRegistry registry, String name, String help) {
    this.registry = registry;
    this.name = name;
    this.help = help;
  }

  /** Where the values are kept from now on; from any thread. */
  void from(Supplier<List<Metrics.Sample>> source) {
    samples = source;
  }

  void refresh() {
    Set<List<String>> gone = new HashSet<>(series.keySet());
    for (Metrics.Sample sample : samples.get()) {
      gone.remove(sample.labels());
      series.computeIfAbsent(sample.labels(), labels -> new Series(this, labels)).value =
          sample.value();
    }
    gone.forEach(labels -> registry.remove(Objects.requireNonNull(series.remove(labels)).counter));
  }
}
