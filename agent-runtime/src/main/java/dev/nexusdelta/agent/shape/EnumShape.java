package dev.nexusdelta.agent.shape;

import dev.nexusdelta.agent.json.JsonReader;
import dev.nexusdelta.agent.json.JsonWriter;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** An enum, by the names of its constants. */
final class EnumShape implements Shape {
  private final Map<String, Enum<?>> constants = new LinkedHashMap<>();

  EnumShape(Class<?> type) {
    for (Object constant : type.getEnumConstants()) {
      constants.put(((Enum<?>) constant).name(), (Enum<?>) constant);
    }
  }

  @Override
  public @Nullable Object read(JsonReader in, Faults faults) {
    return is(JsonReader.Kind.STRING, in, faults)
        ? constant(in.string(), in.pointer(), faults)
        : null;
  }

  @Nullable Object constant(String name, String pointer, Faults faults) {
    Enum<?> constant = constants.get(name);
    if (constant == null) {
      faults.add(
          pointer,
          "must be "
              + words()
              + ", not \""
              + Excerpt.of(name)
              + "\""
              + Nearest.hint(name, constants.keySet()));
    }
    return constant;
  }

  @Override
  public void write(JsonWriter out, Object value) {
    out.string(((Enum<?>) value).name());
  }

  @Override
  public void keywords(SchemaWriter out) {
    out.type("string");
    out.json().name("enum").array();
    constants.keySet().forEach(out.json()::string);
    out.json().endArray();
  }

  @Override
  public String words() {
    return "one of " + String.join(", ", constants.keySet());
  }
}
