package dev.nexusdelta.agent.json;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Walks over one JSON text. Always stands at a value; whoever reads a value leaves the reader at
 * the value's last token. Not thread-safe.
 */
public final class JsonReader implements AutoCloseable {
  /** What kind of value the reader stands at. */
  public enum Kind {
    OBJECT,
    ARRAY,
    STRING,
    NUMBER,
    BOOLEAN,
    NULL;

    /** For messages: "an object", "null". */
    public String words() {
      return switch (this) {
        case OBJECT, ARRAY -> "an " + name().toLowerCase(Locale.ROOT);
        case NULL -> "null";
        default -> "a " + name().toLowerCase(Locale.ROOT);
      };
    }
  }

  /** A double takes up to 17 digits without losing any; longer decimals are kept exactly. */
  private static final int DOUBLE_DIGITS = 17;

  private final JsonParser parser;
  private final String base;

  JsonReader(JsonParser parser, String base) {
    this.parser = parser;
    this.base = base;
  }

  /** Steps to the first value. */
  public void start() {
    if (next() == null) {
      throw new MalformedJsonException("the text is empty: expected a JSON value", 1, 1);
    }
  }

  /** Checks that nothing follows the first value. */
  public void end() {
    JsonToken token = next();
    if (token != null) {
      throw new MalformedJsonException(
          "unexpected text after the JSON value",
          parser.currentTokenLocation().getLineNr(),
          parser.currentTokenLocation().getColumnNr());
    }
  }

  /** Kind of the value the reader stands at. */
  public Kind kind() {
    return switch (token()) {
      case START_OBJECT -> Kind.OBJECT;
      case START_ARRAY -> Kind.ARRAY;
      case VALUE_STRING -> Kind.STRING;
      case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> Kind.NUMBER;
      case VALUE_TRUE, VALUE_FALSE -> Kind.BOOLEAN;
      case VALUE_NULL -> Kind.NULL;
      default -> throw new IllegalStateException("not at a value: " + token());
    };
  }

  /** JSON pointer of the value the reader stands at (of the object itself right at its start). */
  public String pointer() {
    var context = parser.getParsingContext();
    JsonToken token = parser.currentToken();
    if (token == JsonToken.START_OBJECT || token == JsonToken.START_ARRAY) {
      context = context.getParent();
    }
    return context == null ? base : base + context.pathAsPointer();
  }

  /** Steps to the next property's value, or past the end of the object: false. */
  public boolean nextProperty() {
    if (next() == JsonToken.END_OBJECT) {
      return false;
    }
    next();
    return true;
  }

  /** Name of the property whose value the reader stands at, before that value is read. */
  public String name() {
    try {
      String name = parser.currentName();
      return name == null ? "" : name;
    } catch (IOException e) {
      throw malformed(e);
    }
  }

  /** Steps to the next element, or past the end of the array: false. */
  public boolean nextElement() {
    return next() != JsonToken.END_ARRAY;
  }

  /** Steps over the value, however large. */
  public void skip() {
    try {
      parser.skipChildren();
    } catch (IOException e) {
      throw malformed(e);
    }
  }

  /** The string the reader stands at. */
  public String string() {
    try {
      return parser.getText();
    } catch (IOException e) {
      throw malformed(e);
    }
  }

  /** The boolean the reader stands at. */
  public boolean bool() {
    return token() == JsonToken.VALUE_TRUE;
  }

  /** The number: Integer, Long or BigInteger if written as integer, else Double or BigDecimal. */
  public Number number() {
    try {
      if (token() == JsonToken.VALUE_NUMBER_INT) {
        return parser.getNumberValue();
      }
      if (parser.getTextLength() <= DOUBLE_DIGITS) {
        double value = parser.getDoubleValue();
        if (Double.isFinite(value)) {
          return value;
        }
      }
      return new BigDecimal(parser.getText());
    } catch (IOException | NumberFormatException e) {
      throw malformed(e);
    }
  }

  /** The number as the nearest double, which may be infinite. */
  public double decimal() {
    try {
      return Double.parseDouble(parser.getText());
    } catch (IOException e) {
      throw malformed(e);
    }
  }

  /** Whatever value the reader stands at. */
  public @Nullable Object any() {
    return switch (kind()) {
      case OBJECT -> object();
      case ARRAY -> array();
      case STRING -> string();
      case NUMBER -> number();
      case BOOLEAN -> bool();
      case NULL -> null;
    };
  }

  /** Offset in bytes at which the present value starts, before it is read. */
  public int startsAt() {
    return (int) parser.currentTokenLocation().getByteOffset();
  }

  /** Offset in bytes behind the value just read. */
  public int endsAt() {
    return (int) parser.currentLocation().getByteOffset();
  }

  @Override
  public void close() {
    try {
      parser.close();
    } catch (IOException e) {
      throw malformed(e);
    }
  }

  private Map<String, @Nullable Object> object() {
    Map<String, @Nullable Object> map = new LinkedHashMap<>();
    while (nextProperty()) {
      String name = name();
      map.put(name, any());
    }
    return map;
  }

  private List<@Nullable Object> array() {
    List<@Nullable Object> list = new ArrayList<>();
    while (nextElement()) {
      list.add(any());
    }
    return list;
  }

  private JsonToken token() {
    return parser.currentToken();
  }

  private @Nullable JsonToken next() {
    try {
      return parser.nextToken();
    } catch (IOException e) {
      throw malformed(e);
    }
  }

  static MalformedJsonException malformed(Exception e) {
    if (e instanceof JsonProcessingException json) {
      var at = json.getLocation();
      int line = at == null ? 1 : Math.max(1, at.getLineNr());
      int column = at == null ? 1 : Math.max(1, at.getColumnNr());
      return new MalformedJsonException(withoutWord(json), line, column);
    }
    return new MalformedJsonException(String.valueOf(e.getMessage()), 1, 1);
  }

  /** The word itself may be a secret that somebody forgot to quote. */
  private static String withoutWord(JsonProcessingException e) {
    return e.getOriginalMessage().replaceFirst("^Unrecognized token '[^']*'", "Unrecognized token");
  }
}
