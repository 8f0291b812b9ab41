package dev.nexusdelta.agent.shape;

import dev.nexusdelta.agent.json.Json;
import dev.nexusdelta.agent.json.JsonReader;
import dev.nexusdelta.agent.json.JsonWriter;
import dev.nexusdelta.agent.json.MalformedJsonException;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** One named value: a parameter of a tool, or a component of a record. */
final class Property {
  private final String name;
  private final String description;
  private final Shape shape;
  private final boolean nullable;
  private final byte @Nullable [] defaultJson;

  Property(String name, Shape shape, Notes notes) {
    this.name = name;
    this.description = notes.description();
    this.shape = shape;
    this.nullable = notes.nullable();
    this.defaultJson = notes.defaultValue() == null ? null : checked(notes.defaultValue());
  }

  String name() {
    return name;
  }

  Shape shape() {
    return shape;
  }

  boolean required() {
    return defaultJson == null && !nullable && !(shape instanceof OptionalShape);
  }

  @Nullable Object read(JsonReader in, Faults faults) {
    if (in.kind() == JsonReader.Kind.NULL && !required() && !(shape instanceof AnyShape)) {
      return missing();
    }
    return shape.take(in, faults);
  }

  /** What stands for a property that was not sent; each time anew, because it may be a list. */
  @Nullable Object missing() {
    if (defaultJson != null) {
      return parse(defaultJson, new Faults());
    }
    return shape instanceof OptionalShape optional ? optional.empty() : null;
  }

  /** Writes name and value; nothing where there is nothing. */
  void write(JsonWriter out, @Nullable Object value) {
    if (value == null && nullable) {
      return;
    }
    if (value != null && shape instanceof OptionalShape optional) {
      Object content = optional.content(value);
      if (content != null) {
        out.name(name);
        optional.inside().write(out, content);
      }
      return;
    }
    out.name(name);
    shape.put(out, value);
  }

  void schema(SchemaWriter out) {
    JsonWriter json = out.json().name(name).object();
    if (!description.isEmpty()) {
      json.property("description", description);
    }
    out.body(shape instanceof OptionalShape optional ? optional.inside() : shape);
    if (defaultJson != null) {
      json.name("default").raw(new String(defaultJson, StandardCharsets.UTF_8));
    }
    json.endObject();
  }

  private @Nullable Object parse(byte[] text, Faults faults) {
    try (JsonReader in = Json.read(text)) {
      in.start();
      Object value = shape.take(in, faults);
      in.end();
      return value;
    }
  }

  /** The default as JSON; authors need not quote text. */
  private byte[] checked(String text) {
    byte[] plain = text.getBytes(StandardCharsets.UTF_8);
    byte[] quoted = Json.write(out -> out.string(text));
    boolean wantsText = wantsText(shape);
    if (fault(wantsText ? quoted : plain) == null) {
      return wantsText ? quoted : plain;
    }
    String fault = fault(wantsText ? plain : quoted);
    if (fault != null) {
      throw new ShapeException("the default \"" + text + "\" of " + name + " " + fault);
    }
    return wantsText ? plain : quoted;
  }

  private static boolean wantsText(Shape shape) {
    return shape instanceof TextShape
        || shape instanceof EnumShape
        || (shape instanceof OptionalShape optional && wantsText(optional.inside()));
  }

  private @Nullable String fault(byte[] json) {
    Faults faults = new Faults();
    try {
      parse(json, faults);
    } catch (MalformedJsonException e) {
      return "is not JSON";
    }
    return faults.count() == 0 ? null : faults.named().get(0).detail();
  }
}
