package dev.nexusdelta.sdk;

import java.util.LinkedHashMap;
import java.util.Map;
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
  public static Scale within(OptionalInt min, OptionalInt max, OptionalDouble targetRps) {
    Map<String, Object> body = new LinkedHashMap<>();
    min.ifPresent(value -> body.put("min", value));
    max.ifPresent(value -> body.put("max", value));
    targetRps.ifPresent(value -> body.put("target-rps", value));
    return new Scale(body);
  }

  JsonValue body() {
    return JsonValue.of(body);
  }
}
