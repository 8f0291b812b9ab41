package dev.nexusdelta.fleet;

import dev.nexusdelta.discovery.ToolInfo;
import dev.nexusdelta.manifest.Manifest;
import io.vertx.core.json.DecodeException;
import io.vertx.core.json.Json;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * Reads what an agent says of its tools, and joins it with what its manifest declares. What the
 * agent sends is untrusted: checked, bounded, unknown fields ignored. Pure.
 */
final class Tools {
  private static final int MOST = 1_000;
  private static final Pattern NAME = Pattern.compile("[A-Za-z0-9_.:/-]{1,128}");

  private Tools() {}

  /**
   * The tools of an answer of {@code GET /tools}: {@code {"tools":[…]}} or the list alone.
   *
   * @param text empty = the agent has no such route
   * @throws IllegalArgumentException says what is wrong with it
   */
  static List<ToolInfo> read(String text) {
    if (text.isBlank()) {
      return List.of();
    }
    Object json = decode(text);
    Object list = json instanceof JsonObject object ? object.getValue("tools") : json;
    if (!(list instanceof JsonArray array)) {
      throw new IllegalArgumentException("GET /tools has no list 'tools'");
    }
    if (array.size() > MOST) {
      throw new IllegalArgumentException(
          "GET /tools names " + array.size() + " tools, more than " + MOST);
    }
    Map<String, ToolInfo> tools = new LinkedHashMap<>();
    for (int i = 0; i < array.size(); i++) {
      ToolInfo tool = tool(array.getValue(i), i);
      if (tools.put(tool.name(), tool) != null) {
        throw new IllegalArgumentException("GET /tools names '" + tool.name() + "' twice");
      }
    }
    return List.copyOf(tools.values());
  }

  private static Object decode(String text) {
    try {
      return Json.decodeValue(text);
    } catch (DecodeException e) {
      throw new IllegalArgumentException("GET /tools is not JSON", e);
    }
  }

  private static ToolInfo tool(Object json, int index) {
    if (!(json instanceof JsonObject object)
        || !(object.getValue("name") instanceof String name)
        || !NAME.matcher(name).matches()) {
      throw new IllegalArgumentException(
          "GET /tools: entry " + index + " has no 'name' of 1 to 128 letters, digits, _ . : / -");
    }
    JsonObject hints = object.getValue("hints") instanceof JsonObject inner ? inner : object;
    return new ToolInfo(
        name,
        object.getValue("description") instanceof String description ? description : "",
        schema(object.getValue("inputSchema")),
        schema(object.getValue("outputSchema")),
        Boolean.TRUE.equals(hints.getValue("readOnly")),
        Boolean.TRUE.equals(hints.getValue("idempotent")),
        Boolean.TRUE.equals(hints.getValue("destructive")));
  }

  private static String schema(Object json) {
    return json instanceof JsonObject object ? object.encode() : "";
  }

  /**
   * The learnt tools, completed by the declared ones: a declared description or schema replaces the
   * learnt one, a declared hint is added, and tools that the agent does not name are appended.
   */
  static List<ToolInfo> joined(List<ToolInfo> learnt, List<Manifest.ToolDeclaration> declared) {
    if (declared.isEmpty()) {
      return learnt;
    }
    Map<String, ToolInfo> tools = byName(learnt);
    for (Manifest.ToolDeclaration more : declared) {
      ToolInfo known =
          tools.getOrDefault(
              more.name(), new ToolInfo(more.name(), "", "", "", false, false, false));
      tools.put(
          more.name(),
          new ToolInfo(
              more.name(),
              more.description().isEmpty() ? known.description() : more.description(),
              more.inputSchema().orElse(known.inputSchema()),
              more.outputSchema().orElse(known.outputSchema()),
              known.readOnly() || more.readOnly(),
              known.idempotent() || more.idempotent(),
              known.destructive() || more.destructive()));
    }
    return new ArrayList<>(tools.values());
  }

  /** The same without hints that permit more than a tool without hints does. */
  static List<ToolInfo> withoutPermissions(List<ToolInfo> tools) {
    return tools.stream()
        .map(
            tool ->
                new ToolInfo(
                    tool.name(),
                    tool.description(),
                    tool.inputSchema(),
                    tool.outputSchema(),
                    false,
                    false,
                    tool.destructive()))
        .toList();
  }

  static Map<String, ToolInfo> byName(List<ToolInfo> tools) {
    Map<String, ToolInfo> byName = new LinkedHashMap<>();
    tools.forEach(tool -> byName.put(tool.name(), tool));
    return byName;
  }
}
