package dev.nexusdelta.cli;

import dev.nexusdelta.sdk.JsonValue;
import java.util.LinkedHashMap;
import java.util.Map;

/** A spec as flat keys: {@code limits.timeout} and its like. */
final class SpecKeys {
  private SpecKeys() {}

  /** Keys in the order of the spec; lists are one value. */
  static Map<String, String> flat(JsonValue spec) {
    Map<String, String> keys = new LinkedHashMap<>();
    collect("", spec, keys);
    return keys;
  }

  private static void collect(String prefix, JsonValue value, Map<String, String> keys) {
    value
        .fields()
        .forEach(
            (name, member) -> {
              String key = prefix + name;
              if (member.isObject()) {
                collect(key + ".", member, keys);
              } else if (member.isPresent() && !isEmpty(member)) {
                keys.put(key, member.text());
              }
            });
  }

  private static boolean isEmpty(JsonValue value) {
    return value.isArray() ? value.items().isEmpty() : value.text().isEmpty();
  }
}
