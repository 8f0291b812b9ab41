package dev.nexusdelta.cli;

import dev.nexusdelta.sdk.JsonValue;
import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** A call that can be copied into a terminal, with parameters that fit a tool's schema. */
final class SampleCall {
  private static final int DEEPEST = 4;

  private SampleCall() {}

  /**
   * A {@code curl} line for the first tool; empty if there is none.
   *
   * @param certificate of a gateway that encrypts, which need not be one that curl trusts by itself
   */
  static String of(URI gateway, Optional<Path> certificate, String agent, JsonValue tools) {
    for (JsonValue tool : tools.get("tools").items()) {
      String json = quoted(parameters(tool.get("inputSchema")).toString());
      return "curl -sS "
          + certificate.map(file -> "--cacert " + quoted(file.toString()) + " ").orElse("")
          + gateway
          + "/agents/"
          + agent.toLowerCase(Locale.ROOT)
          + "/tools/"
          + tool.get("name").text()
          + " -H 'Content-Type: application/json' -d "
          + json;
    }
    return "";
  }

  private static String quoted(String word) {
    return "'" + word.replace("'", "'\\''") + "'";
  }

  /** An object with the required members of a schema. */
  static JsonValue parameters(JsonValue schema) {
    JsonValue value = value(schema, 0);
    return value.isObject() ? value : JsonValue.object();
  }

  private static JsonValue value(JsonValue schema, int depth) {
    for (String key : List.of("default", "const")) {
      if (schema.get(key).isPresent()) {
        return schema.get(key);
      }
    }
    for (String key : List.of("examples", "enum")) {
      if (!schema.get(key).items().isEmpty()) {
        return schema.get(key).items().get(0);
      }
    }
    return switch (type(schema)) {
      case "object" -> object(schema, depth);
      case "array" -> array(schema, depth);
      case "integer", "number" -> JsonValue.of((long) schema.get("minimum").number(1));
      case "boolean" -> JsonValue.of(true);
      case "null" -> JsonValue.of(null);
      default -> JsonValue.of("text");
    };
  }

  private static String type(JsonValue schema) {
    JsonValue type = schema.get("type");
    if (type.isArray() && !type.items().isEmpty()) {
      return type.items().get(0).text();
    }
    return type.isPresent() ? type.text() : schema.get("properties").isObject() ? "object" : "";
  }

  private static JsonValue object(JsonValue schema, int depth) {
    JsonValue object = JsonValue.object();
    if (depth >= DEEPEST) {
      return object;
    }
    List<String> required = schema.get("required").items().stream().map(JsonValue::text).toList();
    for (Map.Entry<String, JsonValue> member : schema.get("properties").fields().entrySet()) {
      if (required.contains(member.getKey())) {
        object = object.with(member.getKey(), value(member.getValue(), depth + 1));
      }
    }
    return object;
  }

  private static JsonValue array(JsonValue schema, int depth) {
    if (depth >= DEEPEST) {
      return JsonValue.of(List.of());
    }
    JsonValue items = schema.get("items");
    boolean numbers = type(items).equals("number") || type(items).equals("integer");
    List<JsonValue> values = new ArrayList<>();
    long count = Math.max(numbers ? 5 : 1, schema.get("minItems").integer(0));
    for (int i = 1; i <= Math.min(count, 20); i++) {
      values.add(numbers ? JsonValue.of(i) : value(items, depth + 1));
    }
    return JsonValue.of(values);
  }
}
