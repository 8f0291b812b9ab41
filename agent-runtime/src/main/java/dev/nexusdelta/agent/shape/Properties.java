package dev.nexusdelta.agent.shape;

import dev.nexusdelta.agent.json.JsonReader;
import dev.nexusdelta.agent.json.JsonWriter;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The named values of one object, in the order of the Java declaration. */
final class Properties {
  private final List<Property> all = new ArrayList<>();
  private final Map<String, Integer> index = new HashMap<>();

  /** Only while the shape is built. */
  void add(Property property) {
    if (index.put(property.name(), all.size()) != null) {
      throw new ShapeException("two parameters are named " + property.name());
    }
    all.add(property);
  }

  List<Shape> shapes() {
    return all.stream().map(Property::shape).toList();
  }

  /** Values in the order of the declaration, defaults filled in. */
  @Nullable Object[] read(JsonReader in, Faults faults) {
    String pointer = in.pointer();
    @Nullable Object[] values = new Object[all.size()];
    boolean[] sent = new boolean[values.length];
    while (in.nextProperty()) {
      Integer place = index.get(in.name());
      if (place == null) {
        faults.add(in.pointer(), "is unknown" + Nearest.hint(in.name(), index.keySet()));
        in.skip();
      } else {
        sent[place] = true;
        values[place] = all.get(place).read(in, faults);
      }
    }
    for (int i = 0; i < values.length; i++) {
      Property property = all.get(i);
      if (sent[i]) {
        continue;
      }
      if (property.required()) {
        faults.add(
            pointer + "/" + escaped(property.name()),
            "is missing: expected " + property.shape().words());
      } else {
        values[i] = property.missing();
      }
    }
    return values;
  }

  void write(JsonWriter out, int place, @Nullable Object value) {
    all.get(place).write(out, value);
  }

  void keywords(SchemaWriter out) {
    out.type("object");
    JsonWriter json = out.json().name("properties").object();
    all.forEach(property -> property.schema(out));
    json.endObject();
    if (all.stream().anyMatch(Property::required)) {
      json.name("required").array();
      all.stream().filter(Property::required).map(Property::name).forEach(json::string);
      json.endArray();
    }
    json.property("additionalProperties", false);
  }

  private static String escaped(String name) {
    return name.replace("~", "~0").replace("/", "~1");
  }
}
