package dev.nexusdelta.sdk;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.util.DefaultIndenter;
import com.fasterxml.jackson.core.util.DefaultPrettyPrinter;
import com.fasterxml.jackson.core.util.Separators;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * JSON text to values and back. Jackson's streaming part alone: its data binding would add a good
 * 50 ms to the start of a command line that makes one call.
 */
final class JsonText {
  private static final JsonFactory FACTORY = new JsonFactory();

  /** {@code "key": value}, and nothing between empty brackets. */
  private static final Separators SEPARATORS =
      Separators.createDefaultInstance()
          .withObjectFieldValueSpacing(Separators.Spacing.AFTER)
          .withObjectEmptySeparator("")
          .withArrayEmptySeparator("");

  private JsonText() {}

  static JsonValue read(String text) {
    try (JsonParser parser = FACTORY.createParser(text)) {
      JsonToken first = parser.nextToken();
      if (first == null) {
        throw new JsonFormatException("empty text where JSON was expected");
      }
      JsonValue value = JsonValue.of(value(parser, first));
      if (parser.nextToken() != null) {
        throw new JsonFormatException(
            "more than one JSON value: the second starts at column "
                + parser.currentTokenLocation().getColumnNr());
      }
      return value;
    } catch (JsonProcessingException e) {
      throw new JsonFormatException(
          "not JSON: "
              + e.getOriginalMessage()
              + (e.getLocation() == null
                  ? ""
                  : " (line "
                      + e.getLocation().getLineNr()
                      + ", column "
                      + e.getLocation().getColumnNr()
                      + ")"));
    } catch (IOException e) {
      throw new UncheckedIOException(e); // a string does not fail to be read
    }
  }

  /** The value at which the parser stands. */
  static JsonValue read(JsonParser parser) throws IOException {
    return JsonValue.of(value(parser, parser.currentToken()));
  }

  private static @Nullable Object value(JsonParser parser, JsonToken token) throws IOException {
    return switch (token) {
      case START_OBJECT -> object(parser);
      case START_ARRAY -> array(parser);
      case VALUE_STRING -> parser.getText();
      case VALUE_NUMBER_INT -> parser.getNumberValue();
      case VALUE_NUMBER_FLOAT -> parser.getDecimalValue();
      case VALUE_TRUE -> true;
      case VALUE_FALSE -> false;
      case VALUE_NULL -> null;
      default -> throw new JsonFormatException("not JSON: unexpected " + token);
    };
  }

  private static Map<String, @Nullable Object> object(JsonParser parser) throws IOException {
    Map<String, @Nullable Object> members = new LinkedHashMap<>();
    while (parser.nextToken() != JsonToken.END_OBJECT) {
      String name = parser.currentName();
      members.put(name, value(parser, parser.nextToken()));
    }
    return members;
  }

  private static List<@Nullable Object> array(JsonParser parser) throws IOException {
    List<@Nullable Object> items = new ArrayList<>();
    for (JsonToken token = parser.nextToken();
        token != JsonToken.END_ARRAY;
        token = parser.nextToken()) {
      items.add(value(parser, token));
    }
    return items;
  }

  static String write(JsonValue value, boolean pretty) {
    StringWriter text = new StringWriter();
    try (JsonGenerator out = FACTORY.createGenerator(text)) {
      if (pretty) {
        DefaultIndenter indent = new DefaultIndenter("  ", "\n");
        out.setPrettyPrinter(
            new DefaultPrettyPrinter(SEPARATORS)
                .withObjectIndenter(indent)
                .withArrayIndenter(indent));
      }
      write(value, out);
    } catch (IOException e) {
      throw new UncheckedIOException(e); // a string does not fail to be written
    }
    return text.toString();
  }

  private static void write(JsonValue value, JsonGenerator out) throws IOException {
    switch (value.kind()) {
      case OBJECT -> {
        out.writeStartObject();
        for (Map.Entry<String, JsonValue> member : value.fields().entrySet()) {
          if (member.getValue().kind() != JsonValue.Kind.MISSING) {
            out.writeFieldName(member.getKey());
            write(member.getValue(), out);
          }
        }
        out.writeEndObject();
      }
      case ARRAY -> {
        out.writeStartArray();
        for (JsonValue item : value.items()) {
          write(item, out);
        }
        out.writeEndArray();
      }
      case NUMBER -> number(value.raw(), out);
      case TEXT -> out.writeString(value.text());
      case BOOLEAN -> out.writeBoolean(value.truth(false));
      case NULL, MISSING -> out.writeNull();
    }
  }

  private static void number(@Nullable Object number, JsonGenerator out) throws IOException {
    if (number instanceof BigDecimal decimal) {
      out.writeNumber(decimal);
    } else if (number instanceof BigInteger integer) {
      out.writeNumber(integer);
    } else if (number instanceof Double || number instanceof Float) {
      out.writeNumber(((Number) number).doubleValue());
    } else if (number instanceof Number whole) {
      out.writeNumber(whole.longValue());
    } else {
      out.writeNull();
    }
  }
}
