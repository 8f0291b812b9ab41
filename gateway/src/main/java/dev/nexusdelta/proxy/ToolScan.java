package dev.nexusdelta.proxy;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import dev.nexusdelta.manifest.JsonFault;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What one scan over a held body found.
 *
 * @param tool the one top-level {@code tool_name}; null if there is none, more than one, or no text
 * @param isObject whether the body is one JSON object
 * @param fault why it is no JSON, with the position; null if it is
 */
record ToolScan(@Nullable String tool, boolean isObject, @Nullable String fault) {
  /** A body that was not looked at. */
  static final ToolScan UNSEEN = new ToolScan(null, false, null);

  private static final Pattern UTF_8 =
      Pattern.compile("charset=\"?utf-?8\"? *", Pattern.CASE_INSENSITIVE);

  private static final String TOOL_NAME = "tool_name";

  // Other encodings than UTF-8 are no JSON between systems (RFC 8259, 8.1): guessing them would let
  // an agent read another text than the one scanned here.
  private static final JsonFactory JSON =
      JsonFactory.builder()
          .disable(JsonFactory.Feature.CHARSET_DETECTION)
          .disable(JsonFactory.Feature.INTERN_FIELD_NAMES)
          .build();

  /**
   * Whether an agent that follows the content type reads the same text as the scan: one that took
   * it for another alphabet could find another tool in it.
   */
  static boolean isUtf8(String contentType) {
    int at = contentType.toLowerCase(Locale.ROOT).indexOf("charset");
    return at < 0 || UTF_8.matcher(contentType.substring(at)).matches();
  }

  /** Scans a whole body once. Pure; nesting is bounded by the parser. */
  static ToolScan of(byte[] body) {
    ToolScan plain = PlainJson.scan(body);
    return plain == null ? parsed(body) : plain;
  }

  /** By the full parser. */
  static ToolScan parsed(byte[] body) {
    try (JsonParser parser = JSON.createParser(body)) {
      requireUtf8(body);
      return scan(parser);
    } catch (JsonProcessingException e) {
      return new ToolScan(null, false, fault(e));
    } catch (IOException e) {
      return new ToolScan(null, false, "the body is no UTF-8 text");
    }
  }

  /**
   * The parser does not look into text that nobody asks for, and reads letters in more bytes than
   * they need: an agent could see other names than the scan did.
   */
  private static void requireUtf8(byte[] body) throws CharacterCodingException {
    for (byte each : body) {
      if (each < 0) {
        StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(body));
        return;
      }
    }
  }

  private static ToolScan scan(JsonParser parser) throws IOException {
    JsonToken first = parser.nextToken();
    if (first == null) {
      return new ToolScan(null, false, "the body is empty");
    }
    int depth = first.isStructStart() ? 1 : 0;
    int names = 0;
    String tool = null;
    while (depth > 0) {
      JsonToken token = parser.nextToken();
      if (token == null) {
        return new ToolScan(null, false, "the body ends too early" + at(parser.currentLocation()));
      }
      if (token.isStructStart()) {
        depth++;
      } else if (token.isStructEnd()) {
        depth--;
      } else if (depth == 1
          && token == JsonToken.FIELD_NAME
          && TOOL_NAME.equals(parser.currentName())) {
        names++;
        token = parser.nextToken();
        tool = token == JsonToken.VALUE_STRING ? parser.getText() : null;
        depth += token != null && token.isStructStart() ? 1 : 0;
      }
    }
    if (parser.nextToken() != null) {
      return new ToolScan(
          null, false, "something follows the JSON value" + at(parser.currentLocation()));
    }
    boolean isObject = first == JsonToken.START_OBJECT;
    return new ToolScan(isObject && names == 1 ? tool : null, isObject, null);
  }

  private static String fault(JsonProcessingException e) {
    return JsonFault.text(e) + at(e.getLocation());
  }

  private static String at(@Nullable JsonLocation location) {
    return location == null
        ? ""
        : " at line " + location.getLineNr() + ", column " + location.getColumnNr();
  }
}
