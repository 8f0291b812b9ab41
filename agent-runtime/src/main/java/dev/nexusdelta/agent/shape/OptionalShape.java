package dev.nexusdelta.agent.shape;

import dev.nexusdelta.agent.json.JsonReader;
import dev.nexusdelta.agent.json.JsonWriter;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/** {@code Optional} and its relatives for primitives: empty is null, or a missing property. */
final class OptionalShape implements Shape {
  private final Class<?> type;
  private final Shape inside;

  OptionalShape(Class<?> type, Shape inside) {
    this.type = type;
    this.inside = inside;
  }

  Shape inside() {
    return inside;
  }

  Object empty() {
    if (type == OptionalInt.class) {
      return OptionalInt.empty();
    }
    if (type == OptionalLong.class) {
      return OptionalLong.empty();
    }
    return type == OptionalDouble.class ? OptionalDouble.empty() : Optional.empty();
  }

  @Override
  public Object read(JsonReader in, Faults faults) {
    Object value = in.kind() == JsonReader.Kind.NULL ? null : inside.read(in, faults);
    if (value == null) {
      return empty();
    }
    if (type == OptionalInt.class) {
      return OptionalInt.of((Integer) value);
    }
    if (type == OptionalLong.class) {
      return OptionalLong.of((Long) value);
    }
    return type == OptionalDouble.class ? OptionalDouble.of((Double) value) : Optional.of(value);
  }

  /** What is in the optional; null if nothing. */
  @Nullable Object content(Object optional) {
    if (optional instanceof Optional<?> any) {
      return any.orElse(null);
    }
    if (optional instanceof OptionalInt number) {
      return number.isPresent() ? number.getAsInt() : null;
    }
    if (optional instanceof OptionalLong number) {
      return number.isPresent() ? number.getAsLong() : null;
    }
    OptionalDouble number = (OptionalDouble) optional;
    return number.isPresent() ? number.getAsDouble() : null;
  }

  @Override
  public void write(JsonWriter out, Object value) {
    inside.put(out, content(value));
  }

  @Override
  public void keywords(SchemaWriter out) {
    out.json().name("anyOf").array();
    out.schema(inside);
    out.json().object().property("type", "null").endObject().endArray();
  }

  @Override
  public String words() {
    return inside.words() + " or null";
  }

  @Override
  public boolean acceptsNull() {
    return true;
  }

  @Override
  public List<Shape> parts() {
    return List.of(inside);
  }
}
