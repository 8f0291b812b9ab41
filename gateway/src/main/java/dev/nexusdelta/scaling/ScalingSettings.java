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
}
