package dev.nexusdelta.admin;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import dev.nexusdelta.manifest.JsonFault;
import dev.nexusdelta.problem.Problem;
import dev.nexusdelta.problem.ProblemCode;
import dev.nexusdelta.problem.ProblemException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Reads a JSON object as RFC 8259 writes it, and refuses what two readers could understand
 * differently: a name twice, text after the end, bytes that are no UTF-8, half a surrogate pair.
 *
 * <p>Pure. Values are {@code Map}, {@code List}, {@code String}, {@code Number}, {@code Boolean},
 * {@code null}.
 */
final class StrictJson {
  private static final int DEEPEST = 64;
  private static final JsonFactory FACTORY =
      JsonFactory.builder()
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .streamReadConstraints(
              StreamReadConstraints.builder().maxNestingDepth(DEEPEST).maxNumberLength(64).build())
          .build();

  private StrictJson() {}

  /**
   * The object that the body holds.
   *
   * @throws ProblemException 400 that says where the body is wrong
   */
  static Map<String, @Nullable Object> object(byte[] body) {
    try (JsonParser parser = FACTORY.createParser(text(body))) {
      if (parser.nextToken() != JsonToken.START_OBJECT) {
        throw invalid("the body is not a JSON object");
      }
      Map<String, @Nullable Object> object = readObject(parser);
      if (parser.nextToken() != null) {
        throw invalid("there is something after the end of the JSON object");
      }
      return object;
    } catch (JsonProcessingException e) {
      var at = e.getLocation();
      String place =
          at == null ? "" : " at line " + at.getLineNr() + ", column " + at.getColumnNr();
      throw invalid("the body is not valid JSON" + place + ": " + JsonFault.text(e));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String text(byte[] body) {
    try {
      return StandardCharsets.UTF_8
          .newDecoder()
          .onMalformedInput(CodingErrorAction.REPORT)
          .onUnmappableCharacter(CodingErrorAction.REPORT)
          .decode(ByteBuffer.wrap(body))
          .toString();
    } catch (CharacterCodingException e) {
      throw invalid("the body is not UTF-8");
    }
  }

  private static Map<String, @Nullable Object> readObject(JsonParser parser) throws IOException {
    Map<String, @Nullable Object> object = new LinkedHashMap<>();
    while (parser.nextToken() != JsonToken.END_OBJECT) {
      String name = whole(parser.currentName());
      parser.nextToken();
      object.put(name, readValue(parser));
    }
    return object;
  }

  private static @Nullable Object readValue(JsonParser parser) throws IOException {
    return switch (parser.currentToken()) {
      case START_OBJECT -> readObject(parser);
      case START_ARRAY -> {
        List<@Nullable Object> list = new ArrayList<>();
        while (parser.nextToken() != JsonToken.END_ARRAY) {
          list.add(readValue(parser));
        }
        yield list;
      }
      case VALUE_STRING -> whole(parser.getText());
      case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> finite(parser.getNumberValue());
      case VALUE_TRUE -> true;
      case VALUE_FALSE -> false;
      default -> null;
    };
  }

  private static Number finite(Number number) {
    if (Double.isInfinite(number.doubleValue())) {
      throw invalid("a number of the body is too large");
    }
    return number;
  }

  private static String whole(String text) {
    if (!StandardCharsets.UTF_8.newEncoder().canEncode(text)) {
      throw invalid("a text of the body holds half a surrogate pair");
    }
    return text;
  }

  private static ProblemException invalid(String detail) {
    return new ProblemException(Problem.of(ProblemCode.INVALID_REQUEST, detail));
  }
}
