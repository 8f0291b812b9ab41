package dev.nexusdelta.agent.shape;

import dev.nexusdelta.agent.json.JsonReader;
import dev.nexusdelta.agent.json.JsonWriter;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** {@code Object}: whatever JSON holds. Writes each value by the class it turns out to have. */
final class AnyShape implements Shape {
  private final Function<Object, Shape> byClass;

  /**
   * @param byClass shape of a value found in a result
   */
  AnyShape(Function<Object, Shape> byClass) {
    this.byClass = byClass;
  }

  @Override
  public @Nullable Object read(JsonReader in, Faults faults) {
    return in.any();
  }

  @Override
  public void write(JsonWriter out, Object value) {
    byClass.apply(value).write(out, value);
  }

  @Override
  public void keywords(SchemaWriter out) {
    // No keyword: everything is valid.
  }

  @Override
  public String words() {
    return "any value";
  }

  @Override
  public boolean acceptsNull() {
    return true;
  }
}
