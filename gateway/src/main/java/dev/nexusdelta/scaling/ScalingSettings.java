package dev.nexusdelta.scaling;

import dev.nexusdelta.manifest.Manifest;
import java.time.Duration;
import java.util.OptionalDouble;

/**
 * What an agent's manifest says about its scaling.
 *
 * @param min fewest replicas; 0 = none while nobody calls
 * @param max most replicas
 * @param targetRps calls a second that one replica shall carry
 * @param targetConcurrency calls in flight that one replica shall carry
 * @param places calls in flight that one replica may have at all ({@code limits.concurrency})
 * @param window over which load is averaged before replicas are taken away
 */
public record ScalingSettings(
    int min,
    int max,
    OptionalDouble targetRps,
    OptionalDouble targetConcurrency,
    int places,
    Duration window) {
  private static final Duration SHORTEST = Duration.ofSeconds(3);
  private static final Duration LONGEST_BRIEF = Duration.ofSeconds(60);

  /** Those of a manifest that has a {@code scale}. */
  public static ScalingSettings of(Manifest manifest, Manifest.Scale scale) {
    return new ScalingSettings(
        scale.min(),
        Math.max(scale.min(), scale.max()),
        scale.targetRps(),
        scale.targetConcurrency(),
        manifest.limits().concurrency(),
        scale.window());
  }

  /** The same with at least so many replicas. */
  public ScalingSettings atLeast(int replicas) {
    return new ScalingSettings(
        Math.max(min, replicas),
        Math.max(max, replicas),
        targetRps,
        targetConcurrency,
        places,
        window);
  }

  /** The short window: a tenth of the stable one, but 3 to 60 seconds. */
  public Duration briefWindow() {
    return briefOf(window);
  }

  static Duration briefOf(Duration window) {
    Duration tenth = window.dividedBy(10);
    if (tenth.compareTo(SHORTEST) < 0) {
      return SHORTEST;
    }
    return tenth.compareTo(LONGEST_BRIEF) > 0 ? LONGEST_BRIEF : tenth;
  }
}
