package dev.nexusdelta.agent.json;

import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.math.BigDecimal;
import java.math.BigInteger;

/** Writes one JSON text. Not thread-safe. */
public final class JsonWriter implements AutoCloseable {
  private final JsonGenerator out;

  JsonWriter(JsonGenerator out) {
    this.out = out;
  }

  /** Opens an object. */
  public JsonWriter object() {
    return done(JsonGenerator::writeStartObject);
  }

  /** Closes the object. */
  public JsonWriter endObject() {
    return done(JsonGenerator::writeEndObject);
  }

  /** Opens an array. */
  public JsonWriter array() {
    return done(JsonGenerator::writeStartArray);
  }

  /** Closes the array. */
  public JsonWriter endArray() {
    return done(JsonGenerator::writeEndArray);
  }

  /** Names the value that is written next. */
  public JsonWriter name(String name) {
    return done(g -> g.writeFieldName(Unicode.repaired(name)));
  }

  /** A string; half surrogate pairs become U+FFFD. */
  public JsonWriter string(String value) {
    return done(g -> g.writeString(Unicode.repaired(value)));
  }

  /** An integer. */
  public JsonWriter number(long value) {
    return done(g -> g.writeNumber(value));
  }

  /** A big integer. */
  public JsonWriter number(BigInteger value) {
    return done(g -> g.writeNumber(value));
  }

  /** A decimal with all its digits. */
  public JsonWriter number(BigDecimal value) {
    return done(g -> g.writeNumber(value));
  }

  /**
   * A finite number.
   *
   * @throws UnwritableValueException if it is not finite
   */
  public JsonWriter number(double value) {
    if (!Double.isFinite(value)) {
      throw unwritable(Double.toString(value) + " is no JSON number: expected a finite one");
    }
    return done(g -> g.writeNumber(value));
  }

  /** Like a double, with the digits of a float. */
  public JsonWriter number(float value) {
    if (!Float.isFinite(value)) {
      throw unwritable(Float.toString(value) + " is no JSON number: expected a finite one");
    }
    return done(g -> g.writeNumber(value));
  }

  /** A boolean. */
  public JsonWriter bool(boolean value) {
    return done(g -> g.writeBoolean(value));
  }

  /** The value null. */
  public JsonWriter nothing() {
    return done(JsonGenerator::writeNull);
  }

  /** A value that is JSON text already. */
  public JsonWriter raw(String json) {
    return done(g -> g.writeRawValue(json));
  }

  /** A property that is a string. */
  public JsonWriter property(String name, String value) {
    return name(name).string(value);
  }

  /** A property that is an integer. */
  public JsonWriter property(String name, long value) {
    return name(name).number(value);
  }

  /** A property that is a boolean. */
  public JsonWriter property(String name, boolean value) {
    return name(name).bool(value);
  }

  /** The fault of a value at the present place. */
  public UnwritableValueException unwritable(String detail) {
    String pointer = out.getOutputContext().pathAsPointer().toString();
    String place = pointer.length() > 200 ? pointer.substring(0, 200) + "…" : pointer;
    return new UnwritableValueException("at \"" + place + "\": " + detail);
  }

  @Override
  public void close() {
    done(JsonGenerator::close);
  }

  private JsonWriter done(Step step) {
    try {
      step.on(out);
      return this;
    } catch (IOException e) {
      throw unwritable(String.valueOf(e.getMessage()));
    }
  }

  private interface Step {
    void on(JsonGenerator out) throws IOException;
  }
}
