package dev.nexusdelta.firestore;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** JSON as Firestore's fields, and back. Pure. */
final class FirestoreValues {
  private FirestoreValues() {}

  /** What JSON knows; other values, such as times and references, as text. */
  static Map<String, Object> json(Map<String, Object> fields) {
    Map<String, Object> map = new HashMap<>();
    fields.forEach((name, value) -> map.put(name, json(value)));
    return map;
  }

  @SuppressWarnings("unchecked")
  private static Object json(Object value) {
    if (value instanceof Map<?, ?> map) {
      return new JsonObject(json((Map<String, Object>) map));
    }
    if (value instanceof List<?> list) {
      return new JsonArray(list.stream().map(FirestoreValues::json).toList());
    }
    return value instanceof Number || value instanceof Boolean || value == null
        ? value
        : value.toString();
  }

  static Map<String, Object> plain(JsonObject json) {
    Map<String, Object> map = new HashMap<>();
    json.forEach(entry -> map.put(entry.getKey(), plain(entry.getValue())));
    return map;
  }

  private static Object plain(Object value) {
    if (value instanceof JsonObject object) {
      return plain(object);
    }
    if (value instanceof JsonArray array) {
      return array.stream().map(FirestoreValues::plain).toList();
    }
    return value;
  }
}
