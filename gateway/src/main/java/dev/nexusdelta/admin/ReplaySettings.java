package dev.nexusdelta.admin;

import dev.nexusdelta.manifest.Manifest;
import dev.nexusdelta.scaling.ScalingSettings;
import io.vertx.ext.web.RoutingContext;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * The bounds and targets that a replay is asked for: the agent's own, unless a parameter differs.
 */
final class ReplaySettings {
  private static final int MOST_REPLICAS = 1_000;
  private static final double MOST_TARGET = 1e9;
  private static final Duration SHORTEST = Duration.ofSeconds(1);
  private static final Duration LONGEST = Duration.ofDays(1);
  private static final Manifest.Scale UNSCALED =
      new Manifest.Scale(
          1, 1, OptionalDouble.empty(), OptionalDouble.empty(), Duration.ofSeconds(60));

  private ReplaySettings() {}

  /** Empty if no replay is asked for. */
  static Optional<ScalingSettings> read(RoutingContext ctx, Manifest manifest) {
    if (!Params.flag(ctx, "replay", false)) {
      for (String name : List.of("min", "max", "target-rps", "target-concurrency", "window")) {
        if (ctx.queryParams().contains(name)) {
          throw Refusals.invalid(name + " says how to replay, expected replay=true with it");
        }
      }
      return Optional.empty();
    }
    Manifest.Scale own = manifest.scale().orElse(UNSCALED);
    int min = Params.number(ctx, "min", own.min(), MOST_REPLICAS);
    int max = Params.number(ctx, "max", Math.max(own.max(), min), MOST_REPLICAS);
    if (max < Math.max(1, min)) {
      throw Refusals.invalid("max is '" + max + "', expected at least " + Math.max(1, min));
    }
    Duration window = Params.duration(ctx, "window").orElse(own.window());
    if (window.compareTo(SHORTEST) < 0 || window.compareTo(LONGEST) > 0) {
      throw Refusals.invalid(
          "window is '" + ctx.queryParams().get("window") + "', expected 1s to 1d");
    }
    return Optional.of(
        ScalingSettings.of(
            manifest,
            new Manifest.Scale(
                min,
                max,
                target(ctx, "target-rps", own.targetRps()),
                target(ctx, "target-concurrency", own.targetConcurrency()),
                window)));
  }

  private static OptionalDouble target(RoutingContext ctx, String name, OptionalDouble own) {
    return ctx.queryParams().contains(name)
        ? OptionalDouble.of(Params.positive(ctx, name, MOST_TARGET))
        : own;
  }
}
