package dev.nexusdelta.agent.shape;

import dev.nexusdelta.agent.json.JsonReader;
import dev.nexusdelta.agent.json.JsonWriter;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Maps, whose keys are strings or an enum's constants. */
final class MapShape implements Shape {
  private final @Nullable EnumShape keys;
  private final Shape values;
  private final int minItems;
  private final int maxItems;

  /**
   * @param keys null = strings
   */
  MapShape(@Nullable EnumShape keys, Shape values, Notes notes) {
    this.keys = keys;
    this.values = values;
    this.minItems = notes.minItems();
    this.maxItems = notes.maxItems();
  }

  @Override
  public @Nullable Object read(JsonReader in, Faults faults) {
    if (!is(JsonReader.Kind.OBJECT, in, faults)) {
      return null;
    }
    String pointer = in.pointer();
    Map<@Nullable Object, @Nullable Object> map = new LinkedHashMap<>();
    while (in.nextProperty()) {
      String name = in.name();
      Object key = keys == null ? name : keys.constant(name, in.pointer(), faults);
      map.put(key, values.take(in, faults));
    }
    if (map.size() < minItems || map.size() > maxItems) {
      faults.add(
          pointer, "must have " + Limit.words(minItems, maxItems, "entry") + ", not " + map.size());
    }
    return map;
  }

  @Override
  public void write(JsonWriter out, Object value) {
    out.object();
    ((Map<?, ?>) value)
        .forEach(
            (key, item) -> {
              out.name(key instanceof Enum<?> constant ? constant.name() : String.valueOf(key));
              values.put(out, item);
            });
    out.endObject();
  }

  @Override
  public void keywords(SchemaWriter out) {
    out.type("object");
    if (keys != null) {
      out.json().name("propertyNames");
      out.schema(keys);
    }
    if (minItems > 0) {
      out.json().property("minProperties", minItems);
    }
    if (maxItems < Integer.MAX_VALUE) {
      out.json().property("maxProperties", maxItems);
    }
    out.json().name("additionalProperties");
    out.schema(values);
  }

  @Override
  public String words() {
    return "an object";
  }

  @Override
  public List<Shape> parts() {
    return List.of(values);
  }
}
