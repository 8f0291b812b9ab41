package dev.nexusdelta.agent.json;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonFactoryBuilder;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.core.StreamWriteConstraints;
import com.fasterxml.jackson.core.json.JsonWriteFeature;
import com.fasterxml.jackson.core.util.JsonRecyclerPools;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Opens readers and writers of JSON. Thread-safe; what it opens is not.
 *
 * <p>Accepted is RFC 8259 in UTF-8, without duplicate names, nested at most {@link #MAX_DEPTH}
 * deep.
 */
public final class Json {
  /**
   * Deepest nesting read. Binding recurses, so that this times the frames of one level must fit
   * into the smallest stack in use (256 KiB).
   */
  public static final int MAX_DEPTH = 100;

  private static final int MAX_WRITE_DEPTH = 400;

  private static final JsonFactory FACTORY =
      new JsonFactoryBuilder()
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .disable(StreamReadFeature.INCLUDE_SOURCE_IN_LOCATION)
          .disable(JsonFactory.Feature.INTERN_FIELD_NAMES)
          .enable(JsonWriteFeature.COMBINE_UNICODE_SURROGATES_IN_UTF8)
          // Not per thread: calls run on virtual threads.
          .recyclerPool(JsonRecyclerPools.newBoundedPool(16))
          .streamReadConstraints(
              StreamReadConstraints.builder()
                  .maxNestingDepth(MAX_DEPTH)
                  .maxStringLength(Integer.MAX_VALUE)
                  .build())
          .streamWriteConstraints(
              StreamWriteConstraints.builder().maxNestingDepth(MAX_WRITE_DEPTH).build())
          .build();

  private Json() {}

  /** Reads a whole text. */
  public static JsonReader read(byte[] text) {
    return read(text, 0, text.length, "");
  }

  /**
   * Reads one value inside a text that was read before.
   *
   * @param pointer JSON pointer of that value
   */
  public static JsonReader read(byte[] text, int from, int length, String pointer) {
    try {
      return new JsonReader(FACTORY.createParser(text, from, length), pointer);
    } catch (IOException e) {
      throw JsonReader.malformed(e);
    }
  }

  /** Whatever the text says, as maps, lists, strings, numbers, booleans and null. */
  public static @Nullable Object parse(byte[] text) {
    try (JsonReader in = read(text)) {
      in.start();
      Object value = in.any();
      in.end();
      return value;
    }
  }

  /** Writes a text in UTF-8. */
  public static byte[] write(Consumer<JsonWriter> content) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream(256);
    try (JsonWriter out = new JsonWriter(FACTORY.createGenerator(bytes))) {
      content.accept(out);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return bytes.toByteArray();
  }

  /** Like {@link #write}, as a string. */
  public static String text(Consumer<JsonWriter> content) {
    return new String(write(content), StandardCharsets.UTF_8);
  }
}
