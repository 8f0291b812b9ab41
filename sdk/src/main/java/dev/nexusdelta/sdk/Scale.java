package dev.nexusdelta.sdk;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;

/**
 * How many replicas an agent is to have. Make one with {@link #to}, {@link #auto} or {@link
 * #within}.
 */
public final class Scale {
  private final Map<String, Object> body;

  private Scale(Map<String, Object> body) {
    this.body = Map.copyOf(body);
  }

  /** Exactly this many, until told otherwise. */
  public static Scale to(int replicas) {
    return new Scale(Map.of("replicas", replicas));
  }

  /** As the agent's own {@code scale} says again. */
  public static Scale auto() {
    return new Scale(Map.of("auto", true));
  }

  /** Edits the agent's own {@code scale}; what is empty stays. */
  public static Scale within(Bounds bounds) {
    return new Scale(bounds.members());
  }

  /**
   * Parts of an agent's {@code scale}; what is empty is as the agent says itself.
   *
   * @param min fewest replicas
   * @param max most replicas
   * @param targetRps calls a second that one replica shall carry
   * @param targetConcurrency calls in flight that one replica shall carry
   * @param window over which load is averaged, such as {@code 60s}
   */
  public record Bounds(
      OptionalInt min,
      OptionalInt max,
      OptionalDouble targetRps,
      OptionalDouble targetConcurrency,
      Optional<String> window) {
    /** Nothing is said. */
    public static final Bounds NONE =
        new Bounds(
            OptionalInt.empty(),
            OptionalInt.empty(),
            OptionalDouble.empty(),
            OptionalDouble.empty(),
            Optional.empty());

    /** By the names that {@code agent.yaml} has for them. */
    Map<String, Object> members() {
      Map<String, Object> members = new LinkedHashMap<>();
      min.ifPresent(value -> members.put("min", value));
      max.ifPresent(value -> members.put("max", value));
      targetRps.ifPresent(value -> members.put("target-rps", value));
      targetConcurrency.ifPresent(value -> members.put("target-concurrency", value));
      window.ifPresent(value -> members.put("window", value));
      return members;
    }
  }

  JsonValue body() {
    return JsonValue.of(body);
  }
}
