package dev.nexusdelta.agent.shape;

import dev.nexusdelta.agent.json.Json;
import dev.nexusdelta.agent.json.JsonWriter;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Writes the schema of one shape. Records that contain themselves stand in {@code $defs}; all
 * others where they are used, so that small schemas read from top to bottom.
 */
public final class SchemaWriter {
  private static final String DIALECT = "https://json-schema.org/draft/2020-12/schema";

  private final JsonWriter json;
  private final Map<RecordShape, String> definitions;

  private SchemaWriter(JsonWriter json, Map<RecordShape, String> definitions) {
    this.json = json;
    this.definitions = definitions;
  }

  /** The schema as JSON text. */
  public static String of(Shape root) {
    return of(root, false);
  }

  /** The schema of one item of a stream, marked as such by {@code "x-nexus-stream": true}. */
  public static String ofItems(Shape item) {
    return of(item, true);
  }

  private static String of(Shape root, boolean stream) {
    Map<RecordShape, String> definitions = named(recursive(root));
    return Json.text(
        json -> {
          SchemaWriter out = new SchemaWriter(json, definitions);
          json.object().property("$schema", DIALECT);
          if (stream) {
            json.property("x-nexus-stream", true);
          }
          root.keywords(out);
          out.definitions();
          json.endObject();
        });
  }

  /** Where keywords go. */
  public JsonWriter json() {
    return json;
  }

  /** The keyword {@code type}. */
  public void type(String name) {
    json.property("type", name);
  }

  /** A number, written as integer if it is one. */
  public void limit(String keyword, double value) {
    json.name(keyword);
    if (value == Math.rint(value) && Math.abs(value) < 1e15) {
      json.number((long) value);
    } else {
      json.number(value);
    }
  }

  /** A whole schema, braces included. */
  public void schema(Shape shape) {
    json.object();
    body(shape);
    json.endObject();
  }

  /** The keywords of a shape, or the reference to its definition. */
  public void body(Shape shape) {
    String definition = shape instanceof RecordShape ? definitions.get(shape) : null;
    if (definition == null) {
      shape.keywords(this);
    } else {
      json.property("$ref", "#/$defs/" + definition);
    }
  }

  private void definitions() {
    if (definitions.isEmpty()) {
      return;
    }
    json.name("$defs").object();
    definitions.forEach(
        (shape, name) -> {
          json.name(name).object();
          shape.keywords(this);
          json.endObject();
        });
    json.endObject();
  }

  private static Set<RecordShape> recursive(Shape root) {
    Set<RecordShape> found = new LinkedHashSet<>();
    visit(root, new ArrayList<>(), new HashSet<>(), found);
    return found;
  }

  private static void visit(
      Shape shape, List<Shape> path, Set<Shape> seen, Set<RecordShape> found) {
    if (path.contains(shape)) {
      found.add((RecordShape) shape);
      return;
    }
    if (!seen.add(shape)) {
      return;
    }
    path.add(shape);
    shape.parts().forEach(part -> visit(part, path, seen, found));
    path.remove(path.size() - 1);
  }

  private static Map<RecordShape, String> named(Set<RecordShape> shapes) {
    Map<RecordShape, String> names = new LinkedHashMap<>();
    for (RecordShape shape : shapes) {
      String name = shape.name();
      for (int i = 2; names.containsValue(name); i++) {
        name = shape.name() + i;
      }
      names.put(shape, name);
    }
    return names;
  }
}
