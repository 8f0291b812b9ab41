package dev.nexusdelta.agent.shape;

import dev.nexusdelta.agent.json.JsonReader;
import dev.nexusdelta.agent.json.JsonWriter;
import org.jspecify.annotations.Nullable;

/** The result of a method that has none: null. */
final class VoidShape implements Shape {
  @Override
  public @Nullable Object read(JsonReader in, Faults faults) {
    is(JsonReader.Kind.NULL, in, faults);
    return null;
  }

  @Override
  public void write(JsonWriter out, Object value) {
    out.nothing();
  }

  @Override
  public void keywords(SchemaWriter out) {
    out.type("null");
  }

  @Override
  public String words() {
    return "null";
  }

  @Override
  public boolean acceptsNull() {
    return true;
  }
}
