package dev.nexusdelta.backup;

import dev.nexusdelta.manifest.Manifest;
import dev.nexusdelta.manifest.ManifestReader;
import dev.nexusdelta.manifest.Nearest;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The members of one object of a backup, each checked as it is taken out; what is wrong is noted
 * and gives nothing.
 *
 * @param agent whose entry it is part of, for the faults
 * @param pointer to the object
 * @param faults where they are noted
 */
record Members(JsonObject json, String agent, String pointer, List<BackupFault> faults) {

  void onlyThese(List<String> known) {
    for (String key : json.fieldNames()) {
      if (!known.contains(key)) {
        List<String> near = Nearest.of(key, known, 1);
        fault(
            at(key),
            "unknown member"
                + (near.isEmpty()
                    ? "; known are " + String.join(", ", known)
                    : ", did you mean '" + near.get(0) + "'?"));
      }
    }
  }

  boolean has(String key) {
    return json.getValue(key) != null;
  }

  Optional<String> text(String key, int most) {
    return json.getValue(key) instanceof String text && text.length() <= most
        ? Optional.of(text)
        : refused(key, "a text of at most " + most + " characters");
  }

  Optional<Boolean> truth(String key) {
    return json.getValue(key) instanceof Boolean truth
        ? Optional.of(truth)
        : refused(key, "true or false");
  }

  Optional<Long> whole(String key, long least, long most) {
    Object value = json.getValue(key);
    return (value instanceof Integer || value instanceof Long)
            && ((Number) value).longValue() >= least
            && ((Number) value).longValue() <= most
        ? Optional.of(((Number) value).longValue())
        : refused(key, "a whole number from " + least + " to " + most);
  }

  Optional<Instant> moment(String key) {
    if (json.getValue(key) instanceof String text) {
      try {
        return Optional.of(Instant.parse(text));
      } catch (DateTimeException e) {
        // Refused below.
      }
    }
    return refused(key, "a time like 2026-01-31T12:00:00Z");
  }

  Optional<JsonArray> list(String key) {
    return json.getValue(key) instanceof JsonArray list
        ? Optional.of(list)
        : refused(key, "a list");
  }

  /** Held against the same rules as any {@code agent.yaml} that was let in once. */
  Optional<Manifest> manifest(String key) {
    if (!(json.getValue(key) instanceof JsonObject object)) {
      return refused(key, "a manifest");
    }
    return ManifestReader.readStored(object.encode())
        .fold(
            Optional::of,
            wrong -> {
              wrong.forEach(each -> fault(at(key) + each.pointer(), each.message()));
              return Optional.empty();
            });
  }

  <T> Optional<T> refused(String key, String expected) {
    Object value = json.getValue(key);
    fault(
        at(key), (value == null ? "is missing" : "is " + shown(value)) + ", expected " + expected);
    return Optional.empty();
  }

  void fault(String where, String message) {
    faults.add(new BackupFault(agent, where, message));
  }

  String at(String key) {
    return pointer + "/" + key.replace("~", "~0").replace("/", "~1");
  }

  /** Not what is in objects and lists: that may be long, and somebody's own. */
  static String shown(@Nullable Object value) {
    if (value instanceof JsonObject) {
      return "an object";
    }
    if (value instanceof JsonArray) {
      return "a list";
    }
    String text = String.valueOf(value);
    return "'" + (text.length() <= 60 ? text : text.substring(0, 60) + "…") + "'";
  }
}
