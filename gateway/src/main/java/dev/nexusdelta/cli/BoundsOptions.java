package dev.nexusdelta.cli;

import dev.nexusdelta.sdk.Scale;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The parts of an agent's {@code scale}. */
final class BoundsOptions {
  @Option(names = "--min", paramLabel = "N", description = "fewest replicas; 0: none while idle")
  private @Nullable Integer min;

  @Option(names = "--max", paramLabel = "N", description = "most replicas")
  private @Nullable Integer max;

  @Option(names = "--target-rps", paramLabel = "N", description = "calls a second per replica")
  private @Nullable Double targetRps;

  @Option(
      names = "--target-concurrency",
      paramLabel = "N",
      description = "calls in flight per replica")
  private @Nullable Double targetConcurrency;

  @Option(
      names = "--window",
      paramLabel = "TIME",
      description = "over which load is averaged before replicas are taken away, such as 60s")
  private @Nullable String window;

  boolean isEmpty() {
    return bounds().equals(Scale.Bounds.NONE);
  }

  Scale.Bounds bounds() {
    return new Scale.Bounds(
        min == null ? OptionalInt.empty() : OptionalInt.of(min),
        max == null ? OptionalInt.empty() : OptionalInt.of(max),
        targetRps == null ? OptionalDouble.empty() : OptionalDouble.of(targetRps),
        targetConcurrency == null ? OptionalDouble.empty() : OptionalDouble.of(targetConcurrency),
        Optional.ofNullable(window));
  }
}
