package dev.nexusdelta.agent.shape;

import dev.nexusdelta.agent.json.JsonReader;
import dev.nexusdelta.agent.json.JsonWriter;
import org.jspecify.annotations.Nullable;

/** {@code boolean}. */
final class BooleanShape implements Shape {
  @Override
  public @Nullable Object read(JsonReader in, Faults faults) {
    return is(JsonReader.Kind.BOOLEAN, in, faults) ? in.bool() : null;
  }

  @Override
  public void write(JsonWriter out, Object value) {
    out.bool((Boolean) value);
  }

  @Override
  public void keywords(SchemaWriter out) {
    out.type("boolean");
  }

  @Override
  public String words() {
    return "true or false";
  }
}
