package dev.nexusdelta.agent.tools;

import dev.nexusdelta.agent.json.Json;
import dev.nexusdelta.agent.shape.Nearest;
import dev.nexusdelta.agent.shape.ShapeException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** An agent's tools by name. Immutable. */
public final class Toolbox {
  private static final Pattern NAME = Pattern.compile("[A-Za-z_][A-Za-z0-9_.-]{0,127}");

  private final Map<String, ToolSpec> tools = new LinkedHashMap<>();

  /**
   * @throws ShapeException if a name is bad or given twice
   */
  public Toolbox(List<ToolSpec> specs) {
    for (ToolSpec spec : specs) {
      if (!NAME.matcher(spec.name()).matches()) {
        throw new ShapeException(
            "\"" + spec.name() + "\" is no name for a tool: expected " + NAME.pattern());
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
