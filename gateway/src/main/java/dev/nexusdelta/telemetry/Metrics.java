package dev.nexusdelta.telemetry;

import java.time.Duration;
import java.util.List;
import java.util.function.Supplier;

/**
 * Records metrics and renders them for Prometheus. Label names and values come in pairs, e.g.
 * {@code "agent", "math"}. Thread-safe; for places off the path of a request (the data plane
 * records through handles of its own).
 */
public interface Metrics {
  /** Adds one to a counter. */
  void count(String name, String... labels);

  /** Adds a duration to a histogram in seconds. */
  void record(String name, Duration duration, String... labels);

  /** A gauge whose series are asked for at each scrape. */
  void gauge(String name, String help, Supplier<List<Sample>> samples);

  /** A counter that somebody else keeps; its series are asked for at each scrape. */
  void total(String name, String help, Supplier<List<Sample>> samples);

  /** Everything in Prometheus text form. */
  String scrape();

  /** One series of a gauge or total. */
  record Sample(double value, List<String> labels) {
    /** Copies the labels. */
    public Sample {
      labels = List.copyOf(labels);
    }
  }
}
