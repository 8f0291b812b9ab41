package dev.nexusdelta.proxy;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.Set;

/**
 * Moves a JSON Schema that was a document of its own to a place inside another document, so that
 * what it says of itself holds there. Pure; the schema that is given stays as it is.
 */
final class SchemaMove {
  /** Their members are schemas, whatever they are called. */
  private static final Set<String> MAPS =
      Set.of("properties", "patternProperties", "$defs", "definitions", "dependentSchemas");

  /** Their values are data, whatever they look like. */
  private static final Set<String> DATA = Set.of("const", "enum", "default", "examples", "example");

  private static final Set<String> REFERENCES = Set.of("$ref", "$dynamicRef", "$recursiveRef");
  private static final Set<String> ANCHORS =
      Set.of("$anchor", "$dynamicAnchor", "$recursiveAnchor", "$recursiveRef");
  private static final String DIALECT = "https://json-schema.org/draft/2020-12/schema";

  private final String place;

  private SchemaMove(String place) {
    this.place = place;
  }

  /**
   * The schema as it has to read at that place.
   *
   * @param place JSON pointer with {@code #} in front, whose steps need no escapes
   * @param id for a schema whose parts have names instead of places: those hold within one id only
   */
  static JsonObject to(String place, String id, JsonObject schema) {
    JsonObject moved;
    if (schema.containsKey("$id")) {
      moved = schema.copy();
    } else if (hasAnchors(schema)) {
      moved = new JsonObject().put("$id", id).mergeIn(schema);
    } else {
      moved = new SchemaMove(place).schema(schema);
    }
    if (moved.getValue("$schema") instanceof String dialect
        && (dialect.equals(DIALECT) || dialect.equals(DIALECT + "#"))) {
      moved.remove("$schema"); // the document's own
    }
    return moved;
  }

  private JsonObject schema(JsonObject schema) {
    JsonObject moved = new JsonObject();
    for (String key : schema.fieldNames()) {
      Object value = schema.getValue(key);
      if (REFERENCES.contains(key) && value instanceof String reference) {
        moved.put(key, reference.startsWith("#") ? place + reference.substring(1) : reference);
      } else if (DATA.contains(key)) {
        moved.put(key, value);
      } else if (MAPS.contains(key) && value instanceof JsonObject members) {
        JsonObject all = new JsonObject();
        members.fieldNames().forEach(name -> all.put(name, part(members.getValue(name))));
        moved.put(key, all);
      } else {
        moved.put(key, part(value));
      }
    }
    return moved;
  }

  /** A schema, a list of them, or anything else. */
  private Object part(Object value) {
    if (value instanceof JsonObject inner) {
      // One with an id is a document of its own: what it refers to is in it.
      return inner.containsKey("$id") ? inner : schema(inner);
    }
    if (value instanceof JsonArray list) {
      JsonArray moved = new JsonArray();
      list.forEach(item -> moved.add(part(item)));
      return moved;
    }
    return value;
  }

  private static boolean hasAnchors(Object value) {
    if (value instanceof JsonObject object) {
      return object.fieldNames().stream()
          .anyMatch(key -> ANCHORS.contains(key) || hasAnchors(object.getValue(key)));
    }
    return value instanceof JsonArray list && list.stream().anyMatch(SchemaMove::hasAnchors);
  }
}
