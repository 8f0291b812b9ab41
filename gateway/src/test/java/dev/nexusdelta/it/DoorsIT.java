package dev.nexusdelta.it;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nexusdelta.keys.Scope;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Every operation that a gateway describes, asked without a key and with each kind of key: 401, 403
 * where the key's scope is not among those described, and let in where it is.
 */
@Timeout(120)
class DoorsIT {
  private static final String AGENT = "DataAgent";
  private static final String TOOL = "process_data";
  private static final String OTHER = "other";
  private static final String NO_JSON = "none";
  private static final String CALL =
      "{\"tool_name\":\"" + TOOL + "\",\"parameters\":{\"data\":[1]}}";

  private static final String MANIFEST =
      "{\"name\":\"" + AGENT + "\",\"run\":{\"url\":[\"http://127.0.0.1:9\"]}}";
  private static final String CARD =
      "{\"name\":\"" + AGENT + "\",\"tools\":[\"" + TOOL + "\"],\"purpose\":\"counts\"}";

  private static final List<String> SCOPES =
      List.of(
          "invoke:" + AGENT,
          "invoke:" + AGENT + "/" + TOOL,
          "invoke:" + AGENT + "/" + OTHER,
          "invoke:Other",
          "invoke:*",
          "read",
          "manage:" + AGENT,
          "manage:Other",
          "manage:*",
          "admin");

  /** What is let in and answered well, for it is a dry run. */
  private static final Set<String> DRY = Set.of("POST /api/v1/marketplace/agents");

  private final HttpClient http =
      HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(5)).build();
  private final Map<String, String> keys = new LinkedHashMap<>();
  private String url = "";
  private String operationId = "";

  /**
   * One of the document's.
   *
   * @param alternatives scopes, one of which is needed; empty where any key will do; null where no
   *     key is ever needed
   */
  private record Operation(String method, String path, @Nullable List<String> alternatives) {
    /** Whether keys with that scope are let in. */
    boolean permits(String scope) {
      return alternatives == null
          || alternatives.isEmpty()
          || alternatives.stream().anyMatch(wanted -> covers(scope, wanted));
    }

    private static boolean covers(String has, String wanted) {
      String all = has.replace("*", AGENT);
      return has.equals("admin")
          || all.equals(wanted)
          || (all.equals("invoke:" + AGENT) && wanted.startsWith(all + "/"));
    }
  }

  @Test
  void openToThoseWhomTheDocumentNames() throws Exception {
    try (Workspace workspace = Workspace.open()) {
      workspace.addSample("dataagent");
      workspace.typeWell("./nexus up -d");
      url = workspace.url();
      operationId = operation(workspace);
      for (String scope : SCOPES) {
        keys.put(scope, create(workspace, "k" + keys.size(), scope));
      }
      List<Operation> operations = operations();
      assertThat(operations).hasSizeGreaterThan(50);
      List<String> wrong = new ArrayList<>();
      TreeSet<String> let = new TreeSet<>();
      for (Operation operation : operations) {
        int bare = status(operation, null);
        if ((bare == 401) == (operation.alternatives() == null)) {
          wrong.add(operation + " without a key: " + bare);
        }
        for (String scope : keys.keySet()) {
          int status = status(operation, keys.get(scope));
          if (status == 401 || (status == 403) == operation.permits(scope)) {
            wrong.add(operation + " with " + scope + ": " + status);
          } else if (status < 300) {
            let.add(operation.method() + " " + operation.path());
          }
        }
      }
      assertThat(wrong).isEmpty();
      assertThat(let)
          .allMatch(
              it -> it.startsWith("GET ") || it.startsWith("POST /agents/") || DRY.contains(it));
      assertThat(let)
          .contains("POST /agents/{name}/execute", "POST /agents/{name}/tools/{tool}")
          .contains("GET /agents/{name}/openapi.json", "GET /api/v1/operations/{id}");
    }
  }

  private static String create(Workspace workspace, String name, String scope) throws Exception {
    JsonObject wish = new JsonObject().put("name", name).put("scopes", new JsonArray().add(scope));
    HttpResponse<String> answer = workspace.ask("POST", "/keys", wish);
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(201);
    return new JsonObject(answer.body()).getString("token");
  }

  /** The id of a change of the agent that the gateway tells of. */
  private static String operation(Workspace workspace) throws Exception {
    HttpResponse<String> answer =
        workspace.ask("POST", "/agents/" + AGENT + "/restart", new JsonObject());
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(202);
    String location = answer.headers().firstValue("Location").orElseThrow();
    return location.substring(location.lastIndexOf('/') + 1);
  }

  private List<Operation> operations() throws Exception {
    String admin = keys.getOrDefault("admin", "");
    HttpRequest request = request("/openapi.json", admin).build();
    JsonObject paths =
        new JsonObject(http.send(request, HttpResponse.BodyHandlers.ofString()).body())
            .getJsonObject("paths");
    List<Operation> operations = new ArrayList<>();
    for (String path : paths.fieldNames()) {
      JsonObject item = paths.getJsonObject(path);
      for (String method : item.fieldNames()) {
        operations.add(
            new Operation(
                method.toUpperCase(Locale.ROOT),
                path,
                alternatives(item.getJsonObject(method).getJsonArray("security"), method)));
      }
    }
    return operations;
  }

  private static @Nullable List<String> alternatives(JsonArray security, String method) {
    if (security.isEmpty()) {
      return null;
    }
    // The tool of the body; without a body it is any.
    String other = method.equals("get") ? OTHER : TOOL;
    return security.stream()
        .map(JsonObject.class::cast)
        .filter(alternative -> alternative.containsKey("key"))
        .flatMap(alternative -> alternative.getJsonArray("key").stream())
        .map(scope -> filled((String) scope).replace("AGENT", AGENT))
        .flatMap(scope -> Stream.of(scope.replace("TOOL", TOOL), scope.replace("TOOL", other)))
        .peek(Scope::of)
        .toList();
  }

  private static String filled(String text) {
    return text.replace("{name}", AGENT).replace("{tool}", TOOL);
  }

  private int status(Operation operation, @Nullable String token) throws Exception {
    String path =
        filled(operation.path())
            .replace("{id}", operationId)
            .replaceAll("\\{(requestId|key)}", "none")
            .replace("{revision}", "1")
            .replace("{path}", "report");
    String body = body(path);
    HttpRequest.Builder request =
        request(path + (path.endsWith("/agents") ? "?dryRun=true" : ""), token);
    // Whoever is let in changes nothing: by a type that no change has, or by what does not match.
    request.header("Content-Type", body.equals(NO_JSON) ? "text/plain" : "application/json");
    switch (operation.method()) {
      case "GET" -> request.GET();
      case "DELETE" -> request.header("If-Match", "\"none\"").DELETE();
      default -> request.method(operation.method(), HttpRequest.BodyPublishers.ofString(body));
    }
    HttpResponse<InputStream> answer =
        http.send(request.build(), HttpResponse.BodyHandlers.ofInputStream());
    answer.body().close(); // of events that are followed, too
    return answer.statusCode();
  }

  /** For calls, and where the body says which agent it is about. */
  private static String body(String path) {
    return switch (path) {
      case "/agents/" + AGENT + "/execute" -> CALL;
      case "/agents/" + AGENT + "/tools/" + TOOL -> "{\"data\":[1]}";
      case "/api/v1/agents" -> MANIFEST;
      case "/api/v1/marketplace/agents" -> CARD;
      default -> NO_JSON;
    };
  }

  private HttpRequest.Builder request(String path, @Nullable String token) {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create(url + path)).timeout(Duration.ofSeconds(20));
    return token == null ? request : request.header("Authorization", "Bearer " + token);
  }
}
