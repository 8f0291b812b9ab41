package dev.nexusdelta.agent.shape;

import dev.nexusdelta.agent.json.JsonReader;
import dev.nexusdelta.agent.json.JsonWriter;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The parameters of a method: read as an array in the order of the declaration. */
final class ParametersShape implements Shape {
  private final Properties properties;

  ParametersShape(Properties properties) {
    this.properties = properties;
  }

  @Override
  public @Nullable Object read(JsonReader in, Faults faults) {
    return is(JsonReader.Kind.OBJECT, in, faults) ? properties.read(in, faults) : null;
  }

  @Override
  public void write(JsonWriter out, Object value) {
    throw new UnsupportedOperationException("parameters are only read");
  }

  @Override
  public void keywords(SchemaWriter out) {
    properties.keywords(out);
  }

  @Override
  public String words() {
    return "an object";
  }

  @Override
  public List<Shape> parts() {
    return properties.shapes();
  }
}
