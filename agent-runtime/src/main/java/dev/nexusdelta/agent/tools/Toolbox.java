package dev.nexusdelta.agent.tools;

import dev.nexusdelta.agent.json.Json;
import dev.nexusdelta.agent.shape.Nearest;
import dev.nexusdelta.agent.shape.ShapeException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** An agent's tools by name. Immutable. */
public final class Toolbox {
  private static final int LONGEST_NAME = 128;

  private final Map<String, ToolSpec> tools = new LinkedHashMap<>();

  /**
   * @throws ShapeException if a name is bad or given twice
   */
  public Toolbox(List<ToolSpec> specs) {
    for (ToolSpec spec : specs) {
      if (!isName(spec.name())) {
        throw new ShapeException(
            "\""
                + spec.name()
                + "\" is no name for a tool: expected a letter or _, then at most 127 letters,"
                + " digits, _, - or .");
      }
      if (tools.put(spec.name(), spec) != null) {
        throw new ShapeException(
            "two tools are named " + spec.name() + ": give one of them another name");
      }
    }
    if (tools.isEmpty()) {
      throw new ShapeException("no tool: mark a public method with @Tool");
    }
  }

  /** By hand: the first regular expression costs a starting agent some milliseconds. */
  private static boolean isName(String name) {
    if (name.isEmpty() || name.length() > LONGEST_NAME) {
      return false;
    }
    for (int i = 0; i < name.length(); i++) {
      char c = name.charAt(i);
      boolean letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
      boolean other = (c >= '0' && c <= '9') || c == '-' || c == '.';
      if (!letter && (i == 0 || !other)) {
        return false;
      }
    }
    return true;
  }

  @Nullable ToolSpec find(String name) {
    return tools.get(name);
  }

  List<String> near(String name) {
    return Nearest.of(name, tools.keySet());
  }

  /** Names in the order of their declaration. */
  public List<String> names() {
    return List.copyOf(tools.keySet());
  }

  /** The list of tools with their schemas, as JSON. */
  public byte[] describe() {
    return Json.write(
        out -> {
          out.object().name("tools").array();
          tools.values().forEach(tool -> tool.describe(out));
          out.endArray().endObject();
        });
  }
}
