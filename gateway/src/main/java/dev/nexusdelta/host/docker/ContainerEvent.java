package dev.nexusdelta.host.docker;

import io.vertx.core.json.JsonObject;
import java.time.Instant;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.TreeMap;

/**
 * Something happened to a container.
 *
 * @param container its full id
 * @param name without the slash
 * @param labels those that begin with {@code nexus.}
 * @param exitCode of {@link Kind#DIE} only; 128 + signal where a signal ended it
 * @param signal of {@link Kind#KILL} only
 * @param at by the engine's clock
 */
record ContainerEvent(
    Kind kind,
    String container,
    String name,
    Map<String, String> labels,
    OptionalInt exitCode,
    OptionalInt signal,
    Instant at) {
  private static final String LABELS = "nexus.";
  private static final long NANOS = 1_000_000_000L;

  /** What is reported; the engine's words in capitals. */
  enum Kind {
    CREATE,
    START,
    DIE,
    OOM,
    DESTROY,
    PAUSE,
    UNPAUSE,
    STOP,
    KILL;

    /** As the engine calls it. */
    String word() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /** Copies the labels. */
  ContainerEvent {
    labels = Map.copyOf(labels);
  }

  /** Reads what the engine wrote; empty = something else than the kinds above. */
  static Optional<ContainerEvent> of(JsonObject json) {
    String word = json.getString("Action", "");
    for (Kind kind : Kind.values()) {
      if (kind.word().equals(word)) {
        JsonObject actor = json.getJsonObject("Actor", new JsonObject());
        return Optional.of(
            of(
                kind,
                actor.getString("ID", ""),
                actor.getJsonObject("Attributes", new JsonObject()),
                json.getLong("timeNano", 0L)));
      }
    }
    return Optional.empty();
  }

  private static ContainerEvent of(Kind kind, String id, JsonObject attributes, long nanos) {
    Map<String, String> labels = new TreeMap<>();
    for (String key : attributes.fieldNames()) {
      if (key.startsWith(LABELS)) {
        labels.put(key, attributes.getString(key));
      }
    }
    return new ContainerEvent(
        kind,
        id,
        attributes.getString("name", ""),
        labels,
        number(attributes, "exitCode"),
        number(attributes, "signal"),
        Instant.ofEpochSecond(nanos / NANOS, nanos % NANOS));
  }

  private static OptionalInt number(JsonObject attributes, String key) {
    try {
      return OptionalInt.of(Integer.parseInt(attributes.getString(key, "")));
    } catch (NumberFormatException none) {
      return OptionalInt.empty();
    }
  }
}
