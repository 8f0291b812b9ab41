package dev.nexusdelta.admin;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nexusdelta.admin.Plane.Answer;
import dev.nexusdelta.fleet.AgentState;
import dev.nexusdelta.host.LogLine;
import dev.nexusdelta.manifest.AgentName;
import dev.nexusdelta.market.Tally;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.json.schema.Draft;
import io.vertx.json.schema.JsonSchema;
import io.vertx.json.schema.JsonSchemaOptions;
import io.vertx.json.schema.OutputFormat;
import io.vertx.json.schema.Validator;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The description of the API against its real answers. */
class OpenApiTest {
  private static final String AGENTS = "/api/v1/agents";
  private static final Set<String> METHODS = Set.of("get", "post", "put", "patch", "delete");

  @TempDir Path root;
  private Plane plane;
  private JsonObject document;
  private final Set<String> answered = new TreeSet<>();

  @BeforeEach
  void start() throws Exception {
    plane = new Plane(root);
    document = plane.get("/openapi.json").json();
  }

  @AfterEach
  void stop() throws Exception {
    plane.close();
  }

  @Test
  void documentsEveryRouteAndNoOther() {
    Map<String, JsonArray> routes = new TreeMap<>();
    plane
        .control
        .routes()
        .forEach(
            route -> routes.put(key(route.method().name(), route.path()), asked(route.need())));
    Map<String, JsonArray> documented = new TreeMap<>();
    operations(
        (method, path, operation) -> {
          if (!isCall(operation)) {
            documented.put(key(method, path), operation.getJsonArray("security"));
          }
        });
    assertThat(documented).isEqualTo(routes);
  }

  /** In the words of the document: none for some, else a key with one of the scopes. */
  private static JsonArray asked(Need need) {
    JsonArray alternatives = new JsonArray();
    if (need == Need.NOTHING) {
      return alternatives;
    }
    if (need.isOpen()) {
      alternatives.add(new JsonObject());
    }
    for (String scope : need.scope("{name}").split(" or ")) {
      JsonArray scopes = scope.equals("any") ? new JsonArray() : new JsonArray().add(scope);
      alternatives.add(new JsonObject().put("key", scopes));
    }
    return alternatives;
  }

  @Test
  void isSoundInItself() {
    assertThat(document.getString("openapi")).isEqualTo("3.1.0");
    assertThat(document.getJsonObject("info").getString("version")).isEqualTo("1.2.3");
    Set<String> ids = new HashSet<>();
    operations(
        (method, path, operation) -> {
          assertThat(ids.add(operation.getString("operationId"))).as(path).isTrue();
          Set<String> parameters = new HashSet<>();
          for (Object each : operation.getJsonArray("parameters", new JsonArray())) {
            JsonObject parameter = resolved((JsonObject) each);
            if (parameter.getString("in").equals("path")) {
              parameters.add(parameter.getString("name"));
            }
          }
          assertThat(parameters).as(path).isEqualTo(inPath(path));
        });
    Pattern.compile("\"\\$ref\":\"([^\"]+)\"")
        .matcher(document.encode())
        .results()
        .forEach(ref -> assertThat(pointed(ref.group(1))).as(ref.group(1)).isNotNull());
  }

  @Test
  void describesWhatIsReallyAnswered() {
    for (String open : List.of("/", "/livez", "/readyz", "/metrics", "/openapi.json")) {
      check("GET", open, null, 200);
    }
    plane.notReady = Optional.of("starting");
    check("GET", "/readyz", null, 503);
    JsonObject manifest =
        Plane.manifest("Echo")
            .put("port", 8081)
            .put("env", new JsonObject().put("A", "b"))
            .put("secrets", new JsonArray().add("KEY"))
            .put("resources", new JsonObject().put("memory", "64MiB").put("cpus", 0.5))
            .put("scale", new JsonObject().put("min", 1).put("max", 3).put("target-rps", 5))
            .put("tools", new JsonArray().add(new JsonObject().put("name", "echo")));
    check("POST", AGENTS, manifest, 201);
    check("POST", AGENTS, manifest, 200);
    check("POST", AGENTS, Plane.manifest("Echo"), 409);
    check("POST", AGENTS, new JsonObject(), 422);
    check("POST", AGENTS + "?dryRun=true", Plane.manifest("Other"), 200);
    plane.fleet.statuses.put(new AgentName("Echo"), FakeFleet.status("Echo", AgentState.HEALTHY));
    plane.fleet.lines.add(new LogLine(FakeFleet.NOW, "echo-1", "hello"));
    plane.fleet.events.add("agent.created", Optional.of("Echo"), Optional.empty(), "api", "");
    check("GET", AGENTS, null, 200);
    check("GET", AGENTS + "/echo", null, 200);
    check("GET", AGENTS + "/none", null, 404);
    check("GET", AGENTS + "/-", null, 400);
    check("PUT", AGENTS + "/Other", Plane.manifest("Other"), 201);
    check("PUT", AGENTS + "/Other", Plane.manifest("Other").put("description", "d"), 200);
    check("PATCH", AGENTS + "/echo", new JsonObject().put("version", "2"), 200);
    check("PATCH", AGENTS + "/echo?dryRun=true", new JsonObject().put("version", "3"), 200);
    plane.fleet.endsAtOnce = false;
    check("PUT", AGENTS + "/Other", Plane.manifest("Other").put("version", "2"), 202);
    check("PATCH", AGENTS + "/echo", new JsonObject().put("version", "4"), 202);
    plane.fleet.endsAtOnce = true;
    actions();
    marketplace();
    check("DELETE", AGENTS + "/other", null, 200);
    gateway();
    Set<String> documented = new TreeSet<>();
    operations(
        (method, path, operation) -> {
          if (!isCall(operation)) {
            documented.add(key(method, path));
          }
        });
    assertThat(answered).isEqualTo(documented);
  }

  private void actions() {
    for (String action : List.of("start", "stop", "restart")) {
      check("POST", AGENTS + "/echo/" + action, new JsonObject(), 200);
      check("POST", AGENTS + "/none/" + action, new JsonObject(), 404);
    }
    check("POST", AGENTS + "/echo/scale", new JsonObject().put("replicas", 2), 200);
    check("POST", AGENTS + "/echo/scale", new JsonObject(), 422);
    check("POST", AGENTS + "/echo/apply", new JsonObject(), 404);
    plane.sync.superseded.add(plane.registry.agent(new AgentName("Echo")).orElseThrow());
    long revision = plane.sync.superseded.get(0).revision();
    check("GET", AGENTS + "/echo/superseded", null, 200);
    String restore = AGENTS + "/echo/superseded/" + revision + "/restore";
    check("POST", restore, new JsonObject(), 200);
    check("POST", restore + "?dryRun=true", new JsonObject(), 200);
    check("POST", AGENTS + "/echo/superseded/999/restore", new JsonObject(), 404);
    check("POST", AGENTS + "/echo/superseded/0/restore", new JsonObject(), 400);
    check("GET", AGENTS + "/echo/replicas", null, 200);
    check("GET", AGENTS + "/echo/replicas?stats=true", null, 200);
    check("GET", AGENTS + "/echo/logs", null, 200);
    check("GET", AGENTS + "/other/scaling", null, 200);
    plane.scaling.fill("echo");
    check("GET", AGENTS + "/echo/scaling?limit=1", null, 200);
    check("GET", AGENTS + "/echo/scaling?replay=true&max=9", null, 200);
    check("GET", AGENTS + "/echo/scaling?limit=all", null, 400);
    check("GET", AGENTS + "/none/scaling", null, 404);
  }

  private void marketplace() {
    String market = "/api/v1/marketplace/agents";
    JsonObject card =
        new JsonObject()
            .put("name", "Far")
            .put("tools", new JsonArray().add("count"))
            .put("api_endpoint", "http://192.0.2.7:9000");
    plane.market.counted.put("echo", new Tally(3, 1, List.of(1L, 2L, 0L)));
    check("POST", market + "?dryRun=true", card, 200);
    check("POST", market, card, 201);
    check("POST", market, card, 200);
    check("POST", market, new JsonObject().put("name", "Nobody"), 422);
    check("GET", market + "?text=echo", null, 200);
    check("GET", market + "/far", null, 200);
    check("GET", market + "/echo", null, 200);
    check("GET", market + "/none", null, 404);
    check("DELETE", market + "/echo", null, 409);
    check("DELETE", market + "/far", null, 200);
  }

  private void gateway() {
    check("GET", "/api/v1/operations/op-1", null, 200);
    check("GET", "/api/v1/operations/none", null, 404);
    check("GET", "/api/v1/events?follow=false", null, 200);
    RecentCalls.fill(plane.calls);
    check("GET", "/api/v1/calls", null, 200);
    check("GET", "/api/v1/calls?slow=some", null, 400);
    check("GET", "/api/v1/calls/full", null, 200);
    check("GET", "/api/v1/calls/bare", null, 200);
    check("GET", "/api/v1/calls/none", null, 404);
    check("GET", "/api/v1/config", null, 200);
    check("GET", "/api/v1/cluster", null, 200);
    plane.sync.away("no answer", 0);
    plane.sync.refused.put(new AgentName("Echo"), "its document is invalid");
    check("GET", "/api/v1/cluster", null, 200);
    check("POST", "/api/v1/cluster/confirm-deletions", new JsonObject(), 409);
    plane.sync.held = true;
    check("POST", "/api/v1/cluster/confirm-deletions", new JsonObject(), 200);
    check("POST", "/api/v1/cluster/gw-2/drain", new JsonObject(), 409);
    plane.drains.gateways.addAll(Set.of("gw", "gw-2"));
    check("POST", "/api/v1/cluster/gw-3/drain", new JsonObject(), 404);
    check("POST", "/api/v1/cluster/gw-2/drain", new JsonObject(), 200);
    check("POST", "/api/v1/cluster/gw-2/undrain", null, 200);
    check("POST", "/api/v1/cluster/gw-away/forget", null, 200);
    check("POST", "/api/v1/cluster/gw-3/forget", null, 404);
    check("POST", "/api/v1/cluster/gw/forget", null, 409);
    plane.fleet.statuses.put(new AgentName("Echo"), FakeFleet.placed("Echo"));
    check("GET", AGENTS + "/echo", null, 200);
    JsonObject key =
        new JsonObject()
            .put("name", "ci")
            .put("scopes", new JsonArray().add("admin"))
            .put("expires", "90d")
            .put("rate", "50/s");
    check("POST", "/api/v1/keys", key, 201);
    check("POST", "/api/v1/keys", key, 409);
    check("POST", "/api/v1/keys", new JsonObject(), 422);
    check("GET", "/api/v1/keys", null, 200);
    check("DELETE", "/api/v1/keys/ci", null, 200);
    check("DELETE", "/api/v1/keys/ci", null, 404);
    JsonObject backup = plane.get("/api/v1/backup").json();
    check("GET", "/api/v1/backup", null, 200);
    check("POST", "/api/v1/restore?dryRun=true", backup, 200);
    backup.getJsonArray("agents").remove(0);
    check("POST", "/api/v1/restore?prune=true", backup, 200);
    check("POST", "/api/v1/restore", new JsonObject(), 422);
    check("POST", "/api/v1/restore?prune=some", backup, 400);
    check("POST", "/api/v1/shutdown", new JsonObject().put("agents", false), 202);
    assertThat(plane.bare("GET", "/api/v1/config", Map.of()).status()).isEqualTo(401);
  }

  /** Asks, and holds the answer against its description. */
  private void check(String method, String target, @Nullable JsonObject body, int status) {
    Answer answer =
        plane.send(method, target, body == null ? null : body.encode(), Map.of("Accept", "*/*"));
    String what = method + " " + target + " -> " + answer.status() + " " + answer.text();
    assertThat(answer.status()).as(what).isEqualTo(status);
    String path = template(target.replaceAll("\\?.*", ""));
    JsonObject operation =
        document
            .getJsonObject("paths")
            .getJsonObject(path)
            .getJsonObject(method.toLowerCase(Locale.ROOT));
    JsonObject response = operation.getJsonObject("responses").getJsonObject("" + status);
    assertThat(response).as("documented: " + what).isNotNull();
    if (body != null && status < 400) {
      JsonObject schema =
          operation
              .getJsonObject("requestBody")
              .getJsonObject("content")
              .getJsonObject("application/json")
              .getJsonObject("schema");
      valid("request of " + what, schema, body);
    }
    String type = answer.header("Content-Type").replaceAll(";.*", "");
    JsonObject media = resolved(response).getJsonObject("content").getJsonObject(type);
    assertThat(media).as(type + " documented: " + what).isNotNull();
    for (Object each : documents(type, answer.text())) {
      valid(what, media.getJsonObject("schema"), each);
    }
    if (status < 400 || path.endsWith("/apply")) {
      answered.add(key(method, path));
    }
  }

  private static List<Object> documents(String type, String text) {
    return switch (type) {
      case "text/event-stream" ->
          text.lines()
              .filter(line -> line.startsWith("data: "))
              .<Object>map(line -> new JsonObject(line.substring(6)))
              .toList();
      case "application/x-ndjson" -> text.lines().<Object>map(JsonObject::new).toList();
      case "text/plain", "text/html" -> List.of(text);
      default -> List.of(new JsonObject(text));
    };
  }

  private void valid(String what, JsonObject schema, Object value) {
    JsonObject self =
        new JsonObject(schema.encode().replace("#/components/schemas/", "#/$defs/"))
            .put(
                "$defs",
                new JsonObject(
                    document
                        .getJsonObject("components")
                        .getJsonObject("schemas")
                        .encode()
                        .replace("#/components/schemas/", "#/$defs/")));
    var result =
        Validator.create(
                JsonSchema.of(self),
                new JsonSchemaOptions()
                    .setBaseUri("https://nexus.invalid/")
                    .setDraft(Draft.DRAFT202012)
                    .setOutputFormat(OutputFormat.Basic))
            .validate(value);
    assertThat(result.getValid())
        .as("%s%n%s", what, result.getErrors() == null ? "" : result.toJson().encodePrettily())
        .isTrue();
  }

  private String template(String path) {
    return document.getJsonObject("paths").fieldNames().stream()
        .filter(
            candidate ->
                candidate.equals(path) || path.matches(candidate.replaceAll("\\{[^}]+}", "[^/]+")))
        .findFirst()
        .orElseThrow(() -> new AssertionError(path + " is not documented"));
  }

  private interface Visitor {
    void visit(String method, String path, JsonObject operation);
  }

  private void operations(Visitor visitor) {
    JsonObject paths = document.getJsonObject("paths");
    for (String path : paths.fieldNames()) {
      JsonObject item = paths.getJsonObject(path);
      for (String method : item.fieldNames()) {
        assertThat(METHODS).contains(method);
        visitor.visit(method, path, item.getJsonObject(method));
      }
    }
  }

  /** Calls of agents belong to the data plane, which is not under test here. */
  private static boolean isCall(JsonObject operation) {
    return operation.getJsonArray("tags").contains("calls");
  }

  private static String key(String method, String path) {
    return method.toUpperCase(Locale.ROOT) + " " + path;
  }

  private static Set<String> inPath(String path) {
    Set<String> names = new HashSet<>();
    Pattern.compile("\\{([^}]+)}").matcher(path).results().forEach(m -> names.add(m.group(1)));
    return names;
  }

  private JsonObject resolved(JsonObject value) {
    return value.containsKey("$ref")
        ? Objects.requireNonNull(pointed(value.getString("$ref")))
        : value;
  }

  private @Nullable JsonObject pointed(String pointer) {
    @Nullable JsonObject at = document;
    for (String step : pointer.substring(2).split("/", -1)) {
      at = at == null ? null : at.getJsonObject(step);
    }
    return at;
  }
}
