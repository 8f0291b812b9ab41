package dev.nexusdelta.sdk;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationContext;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.MapperFeature;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.SerializerProvider;
import com.fasterxml.jackson.databind.deser.std.StdDeserializer;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.module.SimpleModule;
import com.fasterxml.jackson.databind.ser.std.StdSerializer;
import java.io.IOException;
import java.lang.reflect.Type;
import org.jspecify.annotations.Nullable;

/**
 * Programs' own types to JSON and back, by Jackson's data binding. It is loaded with the first
 * typed call; a command line that makes none does not pay for it (some 50 ms).
 */
final class Mapping {
  /**
   * Knows the modules on the class path too, such as the one for {@code java.time}. Members of maps
   * and beans have one order in every process, which {@code Map.of} has not: a call with an
   * idempotency key that the next process sends again has to be the same call.
   */
  private static final JsonMapper JSON =
      JsonMapper.builder()
          .findAndAddModules()
          .addModule(
              new SimpleModule("nexus-delta")
                  .addSerializer(JsonValue.class, new Writer())
                  .addDeserializer(JsonValue.class, new Reader()))
          .enable(SerializationFeature.ORDER_MAP_ENTRIES_BY_KEYS)
          .disable(SerializationFeature.FAIL_ON_ORDER_MAP_BY_INCOMPARABLE_KEY)
          .enable(MapperFeature.SORT_PROPERTIES_ALPHABETICALLY)
          .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
          .disable(SerializationFeature.WRITE_DATES_AS_TIMESTAMPS)
          .build();

  private Mapping() {}

  /**
   * The JSON object that parameters are.
   *
   * @param parameters JSON text, a {@link JsonValue}, or anything with members; null = none
   * @param what whose they are, for messages
   * @throws IllegalArgumentException if they are none
   */
  static JsonValue parameters(@Nullable Object parameters, String what) {
    JsonValue json;
    try {
      json =
          parameters == null
              ? JsonValue.object()
              : parameters instanceof CharSequence text
                  ? JsonValue.parse(text.toString())
                  : json(parameters);
    } catch (JsonFormatException e) {
      throw new IllegalArgumentException("the " + what + ": " + e.getMessage(), e);
    }
    if (!json.isObject()) {
      throw new IllegalArgumentException(
          "the "
              + what
              + " are no object but "
              + shortened(json.toString())
              + "; they have names, as in Map.of(\"data\", List.of(1, 2, 3))");
    }
    return json;
  }

  /**
   * The JSON of any value.
   *
   * @throws JsonFormatException if it has none
   */
  static JsonValue json(@Nullable Object value) {
    if (value instanceof JsonValue json) {
      return json;
    }
    try {
      return JsonValue.parse(JSON.writeValueAsString(value));
    } catch (JsonProcessingException e) {
      throw misfit("cannot be written as JSON: ", e);
    }
  }

  /**
   * A value of this type.
   *
   * @param what it is, for messages
   * @throws JsonFormatException if the JSON does not fit; says where
   */
  @SuppressWarnings("unchecked") // callers name a type that fits T
  static <T> T read(JsonValue json, Type type, String what) {
    if (type == JsonValue.class) {
      return (T) json;
    }
    T value;
    try {
      value = JSON.readValue(json.toString(), JSON.constructType(type));
    } catch (JsonProcessingException e) {
      throw misfit(what + " does not fit " + type.getTypeName() + ": ", e);
    }
    if (value == null) {
      throw new JsonFormatException(
          what + " is null, no " + type.getTypeName() + "; ask for a JsonValue where it may be");
    }
    return value;
  }

  private static JsonFormatException misfit(String what, JsonProcessingException cause) {
    StringBuilder pointer = new StringBuilder();
    if (cause instanceof JsonMappingException mapping) {
      for (JsonMappingException.Reference step : mapping.getPath()) {
        pointer
            .append('/')
            .append(step.getFieldName() == null ? step.getIndex() : step.getFieldName());
      }
    }
    JsonFormatException told =
        new JsonFormatException(
            what
                + shortened(String.valueOf(cause.getOriginalMessage()))
                + (pointer.isEmpty() ? "" : " (at " + pointer + ")"));
    told.initCause(cause);
    return told;
  }

  private static String shortened(String text) {
    return text.length() <= 300 ? text : text.substring(0, 300) + "…";
  }

  private static final class Writer extends StdSerializer<JsonValue> {
    private static final long serialVersionUID = 1L;

    Writer() {
      super(JsonValue.class);
    }

    @Override
    public void serialize(JsonValue value, JsonGenerator out, SerializerProvider context)
        throws IOException {
      out.writeRawValue(value.toString());
    }
  }

  private static final class Reader extends StdDeserializer<JsonValue> {
    private static final long serialVersionUID = 1L;

    Reader() {
      super(JsonValue.class);
    }

    @Override
    public JsonValue deserialize(JsonParser parser, DeserializationContext context)
        throws IOException {
      return JsonText.read(parser);
    }

    @Override
    public JsonValue getNullValue(DeserializationContext context) {
      return JsonValue.of(null);
    }

    @Override
    public Object getAbsentValue(DeserializationContext context) {
      return JsonValue.MISSING;
    }
  }
}
