package dev.nexusdelta.agent.shape;

import dev.nexusdelta.agent.json.JsonReader;
import dev.nexusdelta.agent.json.JsonWriter;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** How values of one Java type look in JSON. Immutable once built, and thread-safe. */
public sealed interface Shape
    permits AnyShape,
        BooleanShape,
        EnumShape,
        ListShape,
        MapShape,
        NumberShape,
        OptionalShape,
        ParametersShape,
        RecordShape,
        TextShape,
        VoidShape {

  /**
   * Reads the value at which the reader stands. Faults go to {@code faults}, and then the answer
   * means nothing. Use {@link #take} unless null was ruled out.
   */
  @Nullable Object read(JsonReader in, Faults faults);

  /** Writes a value of this type. */
  void write(JsonWriter out, Object value);

  /** Writes the keywords of the schema, between the braces that the caller writes. */
  void keywords(SchemaWriter out);

  /** The kind of value, for messages: "a number". */
  String words();

  /** Whether JSON's null is one of the values. */
  default boolean acceptsNull() {
    return false;
  }

  /** Shapes inside this one. */
  default List<Shape> parts() {
    return List.of();
  }

  /** Like {@link #read}, but names a null that is not accepted as a fault. */
  default @Nullable Object take(JsonReader in, Faults faults) {
    if (in.kind() == JsonReader.Kind.NULL && !acceptsNull()) {
      faults.add(in.pointer(), "must be " + words() + ", not null");
      return null;
    }
    return read(in, faults);
  }

  /** Like {@link #write}, where the value may be missing. */
  default void put(JsonWriter out, @Nullable Object value) {
    if (value == null) {
      out.nothing();
    } else {
      write(out, value);
    }
  }

  /** Whether the value is of the wanted kind; if not, names the fault and steps over the value. */
  default boolean is(JsonReader.Kind wanted, JsonReader in, Faults faults) {
    if (in.kind() == wanted) {
      return true;
    }
    faults.add(in.pointer(), "must be " + words() + ", not " + Excerpt.of(in));
    in.skip();
    return false;
  }
}
