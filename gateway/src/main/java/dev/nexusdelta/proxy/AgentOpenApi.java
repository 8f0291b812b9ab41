package dev.nexusdelta.proxy;

import dev.nexusdelta.discovery.ToolInfo;
import dev.nexusdelta.fleet.AgentView;
import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * One agent in the words of OpenAPI 3.1: each tool an operation, typed by the tool's own schemas.
 * What all agents have in common stands in the resource beside. Pure.
 */
final class AgentOpenApi {
  private static final JsonObject COMMON = common();
  private static final List<String> REFUSALS =
      List.of(
          "400", "401", "403", "404", "409", "413", "415", "421", "422", "429", "431", "502", "503",
          "504");
  private static final String ERROR = "#/components/responses/CallError";
  private static final String SCHEMAS = "#/components/schemas/";
  private static final String STREAM = "x-nexus-stream";

  private final AgentView agent;
  private final JsonObject document = COMMON.copy();
  private final JsonObject schemas = document.getJsonObject("components").getJsonObject("schemas");
  private final Set<String> taken = new HashSet<>();

  private AgentOpenApi(AgentView agent) {
    this.agent = agent;
  }

  /**
   * The agent's document.
   *
   * @param shown which of its tools are told of
   */
  static JsonObject of(AgentView agent, Predicate<ToolInfo> shown) {
    return new AgentOpenApi(agent).document(agent.tools().stream().filter(shown).toList());
  }

  private JsonObject document(List<ToolInfo> tools) {
    document.put(
        "info",
        new JsonObject()
            .put("title", agent.name().value())
            .put("version", agent.manifest().version())
            .put("description", agent.manifest().description()));
    JsonObject paths = new JsonObject();
    JsonArray elsewhere = new JsonArray();
    for (ToolInfo tool : tools) {
      if (tool.name().indexOf('/') < 0) {
        String path = "/agents/" + agent.name().key() + "/tools/" + tool.name();
        paths.put(path, new JsonObject().put("post", operation(tool)));
      } else {
        elsewhere.add(tool.name()); // no one step of a path: it is called through /execute
      }
    }
    document.put("paths", paths);
    if (!elsewhere.isEmpty()) {
      document.put("x-nexus-execute-only", elsewhere);
    }
    return document;
  }

  private JsonObject operation(ToolInfo tool) {
    String key = key(tool.name());
    JsonObject responses = new JsonObject().put("200", answer(tool, key + ".output"));
    REFUSALS.forEach(status -> responses.put(status, reference(ERROR)));
    responses.put("default", reference(ERROR));
    JsonObject input = read(tool.inputSchema());
    JsonObject body =
        new JsonObject()
            .put("required", true)
            .put(
                "content",
                json(
                    input == null
                        ? new JsonObject().put("type", "object")
                        : put(key + ".input", input)));
    return new JsonObject()
        .put("operationId", tool.name())
        .put("summary", firstLine(tool))
        .put("description", description(tool))
        .put("x-nexus-read-only", tool.readOnly())
        .put("x-nexus-idempotent", tool.idempotent())
        .put("x-nexus-destructive", tool.destructive())
        .put("security", security(tool))
        .put(
            "parameters",
            new JsonArray()
                .add(reference("#/components/parameters/timeout"))
                .add(reference("#/components/parameters/idempotencyKey"))
                .add(reference("#/components/parameters/requestId")))
        .put("requestBody", body)
        .put("responses", responses);
  }

  /** None where none is needed, else a key with the scope of this tool. */
  private JsonArray security(ToolInfo tool) {
    String scope = "invoke:" + agent.name().key() + "/" + tool.name();
    return new JsonArray()
        .add(new JsonObject())
        .add(new JsonObject().put("key", new JsonArray().add(scope)));
  }

  private JsonObject answer(ToolInfo tool, String key) {
    JsonObject output = read(tool.outputSchema());
    boolean stream = output != null && Boolean.TRUE.equals(output.getValue(STREAM));
    JsonObject typed = output == null ? new JsonObject() : put(key, output);
    JsonObject result = stream ? new JsonObject().put("type", "array").put("items", typed) : typed;
    JsonObject content =
        json(
            new JsonObject()
                .put("type", "object")
                .put("required", new JsonArray().add("result"))
                .put("properties", new JsonObject().put("result", result)));
    if (stream) {
      JsonObject line =
          new JsonObject()
              .put(
                  "allOf",
                  new JsonArray()
                      .add(reference(SCHEMAS + "StreamLine"))
                      .add(
                          new JsonObject().put("properties", new JsonObject().put("item", typed))));
      content.put("application/x-ndjson", new JsonObject().put("schema", line));
      content.put(
          "text/event-stream",
          new JsonObject().put("schema", new JsonObject().put("type", "string")));
    }
    return new JsonObject()
        .put("description", stream ? "Items as they come, or all in one list." : "The result.")
        .put("content", content);
  }

  /** Puts a schema among the components; what refers to it. */
  private JsonObject put(String key, JsonObject schema) {
    String id = "urn:nexus-delta:agent:" + agent.name().key() + ":" + key;
    schemas.put(key, SchemaMove.to(SCHEMAS + key, id, schema));
    return reference(SCHEMAS + key);
  }

  /** A name for components: other letters are allowed in those of tools. */
  private String key(String tool) {
    String plain = tool.replaceAll("[^A-Za-z0-9._-]", "_");
    String key = plain;
    for (int i = 2; !taken.add(key); i++) {
      key = plain + "-" + i;
    }
    return key;
  }

  private static String firstLine(ToolInfo tool) {
    String text = tool.description().strip();
    int end = text.indexOf('\n');
    return text.isEmpty() ? tool.name() : end < 0 ? text : text.substring(0, end);
  }

  private static String description(ToolInfo tool) {
    StringBuilder text = new StringBuilder(tool.description().strip());
    if (tool.readOnly()) {
      append(text, "It changes nothing.");
    }
    if (tool.readOnly() || tool.idempotent()) {
      append(text, "To call it again with the same is harmless.");
    }
    if (tool.destructive()) {
      append(text, "It may destroy what is there.");
    }
    return text.toString();
  }

  private static void append(StringBuilder text, String sentence) {
    text.append(text.isEmpty() ? "" : "\n\n").append(sentence);
  }

  private static JsonObject json(JsonObject schema) {
    return new JsonObject().put("application/json", new JsonObject().put("schema", schema));
  }

  private static JsonObject reference(String to) {
    return new JsonObject().put("$ref", to);
  }

  /** Schemas are kept as text; an agent may have sent anything. */
  private static @Nullable JsonObject read(String text) {
    try {
      return text.isEmpty() ? null : new JsonObject(text);
    } catch (DecodeException e) {
      return null;
    }
  }

  private static JsonObject common() {
    try (InputStream in = AgentOpenApi.class.getResourceAsStream("agent-openapi.json")) {
      if (in == null) {
        throw new IllegalStateException("resource agent-openapi.json is missing");
      }
      return new JsonObject(new String(in.readAllBytes(), StandardCharsets.UTF_8));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
