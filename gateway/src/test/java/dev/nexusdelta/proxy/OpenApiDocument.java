package dev.nexusdelta.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.json.schema.Draft;
import io.vertx.json.schema.JsonSchema;
import io.vertx.json.schema.JsonSchemaOptions;
import io.vertx.json.schema.OutputFormat;
import io.vertx.json.schema.Validator;
import java.util.HashSet;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** An agent's description as a generator of clients reads it. */
public record OpenApiDocument(JsonObject json) {
  /** Holds it against what OpenAPI 3.1 wants of the parts that are used here. */
  public OpenApiDocument isSound() {
    assertThat(json.getString("openapi")).isEqualTo("3.1.0");
    assertThat(json.getJsonObject("info").getString("title")).isNotEmpty();
    assertThat(json.getJsonObject("info").getString("version")).isNotEmpty();
    assertThat(json.getJsonArray("servers").getJsonObject(0).getString("url")).isEqualTo("/");
    Set<String> ids = new HashSet<>();
    for (String path : json.getJsonObject("paths").fieldNames()) {
      assertThat(path).matches("/agents/[a-z0-9-]+/tools/[^/{}?#]+");
      JsonObject operation = json.getJsonObject("paths").getJsonObject(path).getJsonObject("post");
      assertThat(ids.add(operation.getString("operationId"))).as(path).isTrue();
      for (String status : operation.getJsonObject("responses").fieldNames()) {
        assertThat(status).matches("[1-5][0-9]{2}|default");
        JsonObject response = operation.getJsonObject("responses").getJsonObject(status);
        assertThat(resolved(response).getString("description")).as(path + status).isNotNull();
      }
      assertThat(operation.getJsonObject("requestBody").getJsonObject("content")).isNotEmpty();
      for (Object each : operation.getJsonArray("parameters")) {
        JsonObject parameter = resolved((JsonObject) each);
        assertThat(parameter.getString("in")).isEqualTo("header");
        assertThat(parameter.getJsonObject("schema")).isNotNull();
      }
    }
    json.getJsonObject("components")
        .getJsonObject("schemas")
        .fieldNames()
        .forEach(key -> assertThat(key).matches("[A-Za-z0-9._-]+"));
    references(json);
    return this;
  }

  /** Every reference within the document leads somewhere; data is not looked at. */
  private void references(Object at) {
    if (at instanceof JsonObject object) {
      for (Map.Entry<String, Object> member : object) {
        if (member.getKey().equals("$ref") && member.getValue() instanceof String reference) {
          assertThat(reference).startsWith("#/");
          assertThat(pointed(reference)).as(reference).isNotNull();
        } else if (!Set.of("default", "enum", "const", "examples").contains(member.getKey())) {
          references(member.getValue());
        }
      }
    } else if (at instanceof JsonArray list) {
      list.forEach(this::references);
    }
  }

  /** Whether parameters are what a tool takes. */
  public boolean takes(String tool, Object parameters) {
    return valid(operation(tool).getJsonObject("requestBody"), "application/json", parameters);
  }

  /** Whether that is what it answers. */
  public boolean answers(String tool, String type, Object body) {
    return valid(operation(tool).getJsonObject("responses").getJsonObject("200"), type, body);
  }

  /** Whether an answer of that status is described, by the status itself or the default. */
  boolean describes(JsonObject operation, int status, String type, Object body) {
    JsonObject responses = operation.getJsonObject("responses");
    JsonObject response =
        resolved(responses.getJsonObject("" + status, responses.getJsonObject("default")));
    JsonObject content = response.getJsonObject("content");
    String range = content.containsKey(type) ? type : "*/*";
    return content.containsKey(range)
        && (!content.getJsonObject(range).containsKey("schema") || valid(response, range, body));
  }

  JsonObject operation(String tool) {
    JsonObject paths = json.getJsonObject("paths");
    return paths.fieldNames().stream()
        .map(path -> paths.getJsonObject(path).getJsonObject("post"))
        .filter(post -> post.getString("operationId").equals(tool))
        .findFirst()
        .orElseThrow(() -> new AssertionError(tool + " is not described"));
  }

  private boolean valid(JsonObject message, String type, Object value) {
    JsonObject schema =
        message.getJsonObject("content").getJsonObject(type).getJsonObject("schema");
    // The whole document around it, as references are to it.
    JsonObject self =
        new JsonObject(schema.encode())
            .put("$id", "https://nexus.invalid/")
            .put("components", json.getJsonObject("components").copy());
    return Validator.create(
            JsonSchema.of(self),
            new JsonSchemaOptions()
                .setBaseUri("https://nexus.invalid/")
                .setDraft(Draft.DRAFT202012)
                .setOutputFormat(OutputFormat.Flag))
        .validate(value)
        .getValid();
  }

  private JsonObject resolved(JsonObject value) {
    return value.containsKey("$ref")
        ? Objects.requireNonNull(pointed(value.getString("$ref")))
        : value;
  }

  private @Nullable JsonObject pointed(String pointer) {
    @Nullable Object at = json;
    for (String step : pointer.substring(2).split("/", -1)) {
      if (at instanceof JsonArray list) {
        at = list.getValue(Integer.parseInt(step));
      } else {
        at = at instanceof JsonObject object ? object.getValue(step) : null;
      }
    }
    return (JsonObject) at;
  }
}
