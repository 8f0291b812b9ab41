package dev.nexusdelta.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nexusdelta.discovery.ToolInfo;
import dev.nexusdelta.fleet.AgentState;
import dev.nexusdelta.fleet.AgentView;
import dev.nexusdelta.manifest.AgentName;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class AgentOpenApiTest {
  /** A tree of itself, and data that only looks like a reference. */
  private static final String TREE =
      """
      {"$schema": "https://json-schema.org/draft/2020-12/schema", "type": "object",
       "required": ["root"], "properties": {"root": {"$ref": "#/$defs/Node"},
         "$ref": {"type": "string"}, "same": {"$ref": "#"},
         "mark": {"const": {"$ref": "#/$defs/Node"}}},
       "$defs": {"Node": {"type": "object", "required": ["name"], "properties": {
         "name": {"type": "string"}, "nodes": {"type": "array", "items": {"$ref": "#/$defs/Node"}}}}}}
      """;

  private static final String NUMBER = "{\"type\":\"number\"}";

  private static OpenApiDocument describe(ToolInfo... tools) {
    AgentName name = new AgentName("Math");
    AgentView view =
        new AgentView(
            name,
            FakeFleet.manifest(name, FakeFleet.limits(Duration.ofSeconds(1))),
            AgentState.HEALTHY,
            List.of(),
            0,
            Optional.empty(),
            List.of(tools));
    return new OpenApiDocument(new JsonObject(Catalog.openApi(view, Identity.ANYBODY))).isSound();
  }

  private static ToolInfo tool(String name, String input, String output) {
    return new ToolInfo(name, "Does it\nwell", input, output, false, false, false);
  }

  @Test
  void typesEachToolByItsOwnSchemas() {
    OpenApiDocument document = describe(tool("grow", TREE, NUMBER), tool("prune", NUMBER, TREE));
    JsonObject root = new JsonObject("{\"root\":{\"name\":\"a\",\"nodes\":[{\"name\":\"b\"}]}}");
    JsonObject wrong = new JsonObject("{\"root\":{\"name\":\"a\",\"nodes\":[{\"name\":1}]}}");
    assertThat(document.takes("grow", root)).isTrue();
    assertThat(document.takes("grow", wrong)).isFalse();
    assertThat(document.takes("grow", new JsonObject().put("root", root))).isFalse();
    assertThat(document.takes("grow", root.copy().put("same", root))).isTrue();
    assertThat(document.takes("grow", root.copy().put("same", wrong))).isFalse();
    assertThat(document.answers("grow", "application/json", new JsonObject("{\"result\":1}")))
        .isTrue();
    assertThat(document.answers("grow", "application/json", new JsonObject("{\"result\":\"1\"}")))
        .isFalse();
    assertThat(document.answers("prune", "application/json", new JsonObject().put("result", root)))
        .isTrue();
    assertThat(document.answers("prune", "application/json", new JsonObject().put("result", wrong)))
        .isFalse();
  }

  @Test
  void leavesDataAndNamesAlone() {
    JsonObject moved =
        describe(tool("grow", TREE, ""))
            .json()
            .getJsonObject("components")
            .getJsonObject("schemas")
            .getJsonObject("grow.input");
    JsonObject properties = moved.getJsonObject("properties");
    assertThat(properties.getJsonObject("mark").getJsonObject("const").getString("$ref"))
        .isEqualTo("#/$defs/Node");
    assertThat(properties.getJsonObject("$ref")).isEqualTo(new JsonObject("{\"type\":\"string\"}"));
    assertThat(properties.getJsonObject("root").getString("$ref"))
        .isEqualTo("#/components/schemas/grow.input/$defs/Node");
    assertThat(moved.containsKey("$schema")).isFalse();
  }

  @Test
  void keepsNamesOfPartsApart() {
    String named =
        "{\"properties\":{\"a\":{\"$ref\":\"#x\"}},\"$defs\":{\"x\":{\"$anchor\":\"x\",\"type\":\"%s\"}}}";
    JsonObject schemas =
        new JsonObject(
                Catalog.openApi(
                    new AgentView(
                        new AgentName("Math"),
                        FakeFleet.manifest(
                            new AgentName("Math"), FakeFleet.limits(Duration.ofSeconds(1))),
                        AgentState.HEALTHY,
                        List.of(),
                        0,
                        Optional.empty(),
                        List.of(
                            tool("one", named.formatted("string"), ""),
                            tool("two", named.formatted("number"), ""))),
                    Identity.ANYBODY))
            .getJsonObject("components")
            .getJsonObject("schemas");
    for (String key : List.of("one.input", "two.input")) {
      JsonObject schema = schemas.getJsonObject(key);
      assertThat(schema.getString("$id")).isEqualTo("urn:nexus-delta:agent:math:" + key);
      assertThat(schema.getJsonObject("properties").getJsonObject("a").getString("$ref"))
          .isEqualTo("#x");
    }
  }

  @Test
  void tellsOfNoOtherToolThanThoseShown() {
    AgentName name = new AgentName("Math");
    AgentView view =
        new AgentView(
            name,
            FakeFleet.manifest(name, FakeFleet.limits(Duration.ofSeconds(1))),
            AgentState.HEALTHY,
            List.of(),
            0,
            Optional.empty(),
            List.of(tool("open", "", ""), tool("hidden", NUMBER, ""), tool("hid/den", "", "")));
    JsonObject json = AgentOpenApi.of(view, tool -> tool.name().equals("open"));
    assertThat(new OpenApiDocument(json).isSound().operation("open")).isNotNull();
    assertThat(json.encode()).doesNotContain("hid");
  }

  @Test
  void describesStreams() {
    OpenApiDocument document =
        describe(tool("count", "", "{\"x-nexus-stream\":true,\"type\":\"integer\"}"));
    String lines = "application/x-ndjson";
    assertThat(document.answers("count", lines, new JsonObject("{\"item\":1}"))).isTrue();
    assertThat(document.answers("count", lines, new JsonObject("{\"item\":\"1\"}"))).isFalse();
    assertThat(document.answers("count", lines, new JsonObject("{\"end\":{\"items\":1}}")))
        .isTrue();
    assertThat(document.answers("count", lines, new JsonObject("{\"other\":1}"))).isFalse();
    assertThat(document.answers("count", "application/json", new JsonObject("{\"result\":[1]}")))
        .isTrue();
    assertThat(document.answers("count", "application/json", new JsonObject("{\"result\":1}")))
        .isFalse();
  }

  @Test
  void tellsHintsAndNames() {
    OpenApiDocument document =
        describe(
            new ToolInfo("look", "Looks", "", "not JSON", true, false, false),
            new ToolInfo("a:b", "", "", NUMBER, false, true, true),
            new ToolInfo("a_b", "", "", NUMBER, false, false, false),
            new ToolInfo("a/b", "", "", "", false, false, false));
    JsonObject look = document.operation("look");
    assertThat(look.getBoolean("x-nexus-read-only")).isTrue();
    assertThat(look.getString("description"))
        .isEqualTo("Looks\n\nIt changes nothing.\n\nTo call it again with the same is harmless.");
    JsonObject second = document.operation("a:b");
    assertThat(second.getJsonArray("security"))
        .isEqualTo(new JsonArray("[{}, {\"key\": [\"invoke:math/a:b\"]}]"));
    assertThat(second.getBoolean("x-nexus-destructive")).isTrue();
    assertThat(second.getString("description")).endsWith("It may destroy what is there.");
    assertThat(document.json().getJsonArray("x-nexus-execute-only"))
        .isEqualTo(new JsonArray().add("a/b"));
    assertThat(document.json().getJsonObject("components").getJsonObject("schemas").fieldNames())
        .contains("a_b.output", "a_b-2.output");
  }

  @Test
  void describesProblemsAsTheGatewayDoes() throws Exception {
    JsonObject whole;
    try (InputStream in = getClass().getResourceAsStream("/dev/nexusdelta/admin/openapi.json")) {
      whole =
          new JsonObject(
              new String(Objects.requireNonNull(in).readAllBytes(), StandardCharsets.UTF_8));
    }
    JsonObject parts = describe().json().getJsonObject("components");
    JsonObject own = parts.getJsonObject("schemas");
    JsonObject all = whole.getJsonObject("components").getJsonObject("schemas");
    for (String key : List.of("Problem", "ToolError", "StreamLine")) {
      assertThat(own.getJsonObject(key)).isEqualTo(all.getJsonObject(key));
    }
    assertThat(parts.getJsonObject("responses").getJsonObject("CallError"))
        .isEqualTo(
            whole
                .getJsonObject("components")
                .getJsonObject("responses")
                .getJsonObject("CallError"));
  }

  @Test
  void isServed(@TempDir Path folder) throws Exception {
    try (ProxyFixture proxy = new ProxyFixture(folder)) {
      proxy.fleet.serve("Math", 1);
      RawClient.Reply reply = proxy.get("/agents/MATH/openapi.json");
      assertThat(reply.status()).isEqualTo(200);
      assertThat(reply.header("content-type")).isEqualTo("application/json");
      OpenApiDocument document = new OpenApiDocument(reply.json()).isSound();
      assertThat(document.json().getJsonObject("paths").fieldNames())
          .containsExactlyInAnyOrder(
              "/agents/math/tools/add", "/agents/math/tools/look", "/agents/math/tools/set");
      assertThat(proxy.get("/agents/none/openapi.json").code()).isEqualTo("agent_unknown");
      RawClient.Reply posted = proxy.post("/agents/math/openapi.json", "{}");
      assertThat(posted.status()).isEqualTo(405);
      assertThat(posted.header("allow")).isEqualTo("GET, HEAD");
    }
  }
}
