package dev.nexusdelta.sdk;

import java.util.List;

/**
 * A tool of an agent.
 *
 * @param inputSchema JSON Schema of its parameters; not present where the agent tells none
 * @param outputSchema of its result, of a stream that of an item
 * @param readOnly changes nothing
 * @param idempotent may be repeated
 * @param destructive may destroy
 */
public record ToolSummary(
    String name,
    String description,
    JsonValue inputSchema,
    JsonValue outputSchema,
    boolean readOnly,
    boolean idempotent,
    boolean destructive) {
  static List<ToolSummary> all(JsonValue document) {
    return document.get("tools").items().stream()
        .map(
            tool ->
                new ToolSummary(
                    tool.get("name").text(),
                    tool.get("description").text(),
                    tool.get("inputSchema"),
                    tool.get("outputSchema"),
                    tool.get("readOnly").truth(false),
                    tool.get("idempotent").truth(false),
                    tool.get("destructive").truth(false)))
        .toList();
  }
}
