package dev.nexusdelta.sdk;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * One JSON value, immutable. Reading never fails for what is not there: a missing member is a value
 * that is not {@linkplain #isPresent() present}, so that a client survives a gateway that says more
 * or less than it knew.
 */
public final class JsonValue {
  /** What stands where a member is missing. */
  public static final JsonValue MISSING = new JsonValue(Kind.MISSING, null);

  private static final JsonValue NULL = new JsonValue(Kind.NULL, null);

  /** What a value is. */
  public enum Kind {
    /** Not there at all. */
    MISSING,
    /** {@code null}. */
    NULL,
    /** {@code true} or {@code false}. */
    BOOLEAN,
    /** A number. */
    NUMBER,
    /** A string. */
    TEXT,
    /** A list. */
    ARRAY,
    /** Members in their order. */
    OBJECT
  }

  private final Kind kind;
  private final @Nullable Object value;

  private JsonValue(Kind kind, @Nullable Object value) {
    this.kind = kind;
    this.value = value;
  }

  /**
   * Reads JSON text.
   *
   * @throws JsonFormatException if it is not exactly one JSON value; says where
   */
  public static JsonValue parse(String text) {
    return JsonText.read(text);
  }

  /** An object without members, to grow by {@link #with}. */
  public static JsonValue object() {
    return new JsonValue(Kind.OBJECT, Map.of());
  }

  /**
   * The JSON value of a Java one: {@code null}, strings, numbers, booleans, maps, iterables and
   * {@link JsonValue}s; anything else by its text.
   */
  public static JsonValue of(@Nullable Object java) {
    if (java == null) {
      return NULL;
    }
    if (java instanceof JsonValue json) {
      return json;
    }
    if (java instanceof Boolean) {
      return new JsonValue(Kind.BOOLEAN, java);
    }
    if (java instanceof Number) {
      return new JsonValue(Kind.NUMBER, java);
    }
    if (java instanceof Map<?, ?> map) {
      Map<String, JsonValue> members = new LinkedHashMap<>();
      map.forEach((key, member) -> members.put(String.valueOf(key), of(member)));
      return new JsonValue(Kind.OBJECT, Collections.unmodifiableMap(members));
    }
    if (java instanceof Iterable<?> iterable) {
      List<JsonValue> items = new ArrayList<>();
      iterable.forEach(item -> items.add(of(item)));
      return new JsonValue(Kind.ARRAY, Collections.unmodifiableList(items));
    }
    return new JsonValue(Kind.TEXT, java.toString());
  }

  /** What it is. */
  public Kind kind() {
    return kind;
  }

  /** Whether it is there and not {@code null}. */
  public boolean isPresent() {
    return kind != Kind.MISSING && kind != Kind.NULL;
  }

  /** Whether it has members. */
  public boolean isObject() {
    return kind == Kind.OBJECT;
  }

  /** Whether it is a list. */
  public boolean isArray() {
    return kind == Kind.ARRAY;
  }

  /** The member behind these keys, one level each. */
  public JsonValue get(String... path) {
    JsonValue at = this;
    for (String key : path) {
      at = at.fields().getOrDefault(key, MISSING);
    }
    return at;
  }

  /** Members in their order; none for what is no object. */
  @SuppressWarnings("unchecked") // only of() makes objects
  public Map<String, JsonValue> fields() {
    return kind == Kind.OBJECT && value != null ? (Map<String, JsonValue>) value : Map.of();
  }

  /** Items in their order; none for what is no list. */
  @SuppressWarnings("unchecked") // only of() makes lists
  public List<JsonValue> items() {
    return kind == Kind.ARRAY && value != null ? (List<JsonValue>) value : List.of();
  }

  /** A scalar as text, anything missing or {@code null} as empty text, the rest as JSON. */
  public String text() {
    return text("");
  }

  /** Like {@link #text()} with another word for what is not there. */
  public String text(String fallback) {
    if (!isPresent()) {
      return fallback;
    }
    return isObject() || isArray() ? toString() : String.valueOf(value);
  }

  /** A number as {@code long}; {@code fallback} for anything else. */
  public long integer(long fallback) {
    return value instanceof Number number ? number.longValue() : fallback;
  }

  /** A number as {@code double}; {@code fallback} for anything else. */
  public double number(double fallback) {
    return value instanceof Number number ? number.doubleValue() : fallback;
  }

  /** A boolean; {@code fallback} for anything else. */
  public boolean truth(boolean fallback) {
    return value instanceof Boolean bool ? bool : fallback;
  }

  /** This object with one member more, or another value for it; made an object if it is none. */
  public JsonValue with(String key, @Nullable Object member) {
    Map<String, JsonValue> members = new LinkedHashMap<>(fields());
    members.put(key, of(member));
    return new JsonValue(Kind.OBJECT, Collections.unmodifiableMap(members));
  }

  /** Indented by two blanks, for people. */
  public String pretty() {
    return JsonText.write(this, true);
  }

  @Nullable Object raw() {
    return value;
  }

  /** JSON on one line. */
  @Override
  public String toString() {
    return JsonText.write(this, false);
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof JsonValue json
        && json.kind == kind
        && Objects.equals(json.value, value);
  }

  @Override
  public int hashCode() {
    return Objects.hash(kind, value);
  }
}
