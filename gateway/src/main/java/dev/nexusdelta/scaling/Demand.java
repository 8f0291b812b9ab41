package dev.nexusdelta.scaling;

import org.jspecify.annotations.Nullable;

/**
 * What a load asks for, in replicas that carry exactly their target: the larger of what the targets
 * ask for.
 *
 * @param load replicas' worth of load; 0 only without any load
 * @param rule {@code rps} or {@code concurrency}
 * @param figures for reasons
 */
record Demand(double load, String rule, String figures) {
  /** More than this of its target each, and a replica is missing. */
  static final double HIGH = 0.8;

  /** So much of their targets the rest may carry after some were taken away. */
  static final double LOW = 0.7;

  private static final double ROUNDING = 1e-6;

  /** Of a mean, by the targets of the settings; without any, the target is all places. */
  static Demand of(LoadSample.Mean mean, ScalingInput input, ScalingSettings settings) {
    double calls = needed(mean, input, settings.places());
    Demand byRate =
        settings.targetRps().isPresent() ? byRate(mean, settings.targetRps().getAsDouble()) : null;
    if (settings.targetConcurrency().isPresent()) {
      double target = settings.targetConcurrency().getAsDouble();
      return larger(byRate, byCalls(calls, target, "target-concurrency " + Figures.of(target)));
    }
    return byRate != null ? byRate : byPlaces(calls, settings.places());
  }

  /** The larger of this and what the places themselves ask for, whatever the targets. */
  static Demand withPlaces(LoadSample.Mean mean, ScalingInput input, ScalingSettings settings) {
    double calls = needed(mean, input, settings.places());
    return larger(of(mean, input, settings), byPlaces(calls, settings.places()));
  }

  /** How many replicas carry this at such a part of their targets; 0 only without any load. */
  int replicas(double part) {
    return (int) Math.min(Integer.MAX_VALUE, Math.ceil(load / part - ROUNDING));
  }

  /**
   * How many calls in flight there would be if none waited. Those that fit are counted as they are.
   * Of more, most only wait, and a queue is no demand: 20 calls a second of 100 ms need two places,
   * however many have piled up while a replica starts. So rate times service time says how many
   * places they need (Little). The first answers of a cold process do not tell that time: what is
   * there shall do until they have settled. And where no answer comes at all, twice as many as
   * there are.
   */
  private static double needed(LoadSample.Mean mean, ScalingInput input, int places) {
    double there = (double) input.ready() * places;
    if (mean.concurrency() <= there) {
      return mean.concurrency();
    }
    double service = input.load().serviceSeconds();
    double untold = service > 0 ? there * HIGH : there * 2;
    double busy = input.load().settled() ? mean.rps() * service : untold;
    // Some load must never look like none: without a ready replica one place is asked for.
    return Math.min(mean.concurrency(), Math.max(busy, 1));
  }

  private static Demand byRate(LoadSample.Mean mean, double target) {
    String figures = Figures.of(mean.rps()) + " calls/s by target-rps " + Figures.of(target);
    return new Demand(mean.rps() / target, "rps", figures);
  }

  private static Demand byPlaces(double calls, int places) {
    return byCalls(calls, places, "concurrency " + places);
  }

  private static Demand byCalls(double calls, double target, String by) {
    String figures = Figures.of(calls) + " calls in flight by " + by;
    return new Demand(calls / target, "concurrency", figures);
  }

  private static Demand larger(@Nullable Demand one, Demand other) {
    return one != null && one.load() >= other.load() ? one : other;
  }
}
