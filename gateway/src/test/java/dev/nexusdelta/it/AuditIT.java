package dev.nexusdelta.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Each change that the admin API makes is told as an event, with the name of the key it had. */
@Timeout(120)
class AuditIT {
  private static final String BY = "key:ops";

  /** What another test makes, for it needs more than one gateway. */
  private static final Map<String, String> ELSEWHERE =
      Map.of(
          "POST /api/v1/agents/{name}/superseded/{revision}/restore", "SyncApiTest",
          "POST /api/v1/cluster/confirm-deletions", "SyncApiTest",
          "POST /api/v1/cluster/{name}/drain", "DrainApiTest",
          "POST /api/v1/cluster/{name}/undrain", "DrainApiTest",
          "POST /api/v1/cluster/{name}/forget", "DrainApiTest");

  private static final JsonObject NONE = new JsonObject();

  private final HttpClient http =
      HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(5)).build();
  private final Set<String> walked = new TreeSet<>();
  private String url = "";
  private String key = "";

  @Test
  void eachChangeSaysWho() throws Exception {
    try (Workspace workspace = Workspace.open()) {
      Path agents = Files.createDirectories(workspace.folder().resolve("agents/filed"));
      workspace.typeWell("./nexus keys create ops --scope admin > ops.key");
      workspace.typeWell("./nexus up -d");
      url = workspace.url();
      key = Files.readString(workspace.folder().resolve("ops.key")).strip();
      agents();
      folder(agents);
      keysAndMarket(workspace);
      JsonObject backup = new JsonObject(answer("GET", "/api/v1/backup", null).body());
      change("DELETE", "/agents/{name}", "Far", NONE);
      change("POST", "/restore", "", backup);
      assertThat(walked).as("routes that change something").isEqualTo(routes());
      change("POST", "/shutdown", "", NONE);
    }
  }

  private void agents() throws Exception {
    change("POST", "/agents", "", manifest("Far", "first"));
    change("PUT", "/agents/{name}", "Far", manifest("Far", "second"));
    change("PATCH", "/agents/{name}", "Far", new JsonObject().put("description", "third"));
    for (String action : List.of("stop", "start", "restart")) {
      change("POST", "/agents/{name}/" + action, "Far", NONE);
    }
  }

  private void folder(Path folder) throws Exception {
    Files.writeString(folder.resolve("agent.yaml"), "name: Filed\nrun:\n  command: sleep 60\n");
    change("POST", "/agents/{name}/apply", "Filed", NONE);
    change("POST", "/agents/{name}/scale", "Filed", new JsonObject().put("replicas", 0));
  }

  private void keysAndMarket(Workspace workspace) throws Exception {
    JsonArray read = new JsonArray().add("read");
    change("POST", "/keys", "", new JsonObject().put("name", "ci").put("scopes", read));
    change("DELETE", "/keys/{key}", "ci", NONE);
    JsonObject card =
        new JsonObject()
            .put("name", "Card")
            .put("purpose", "is somewhere")
            .put("tools", new JsonArray().add("look"))
            .put("api_endpoint", "http://127.0.0.1:" + Workspace.freePort());
    change("POST", "/marketplace/agents", "", card);
    change("DELETE", "/marketplace/agents/{name}", "Card", NONE);
  }

  private static JsonObject manifest(String name, String description) {
    return new JsonObject()
        .put("name", name)
        .put("description", description)
        .put("run", new JsonObject().put("url", new JsonArray().add("http://127.0.0.1:9")));
  }

  /** Makes a change by its route, and expects it among the events from there on. */
  private void change(String method, String route, String of, JsonObject body) throws Exception {
    long before = events().stream().mapToLong(it -> it.getLong("id")).max().orElse(0);
    String path = "/api/v1" + route.replaceAll("\\{[a-z]+}", of);
    HttpResponse<String> answer = answer(method, path, body);
    assertThat(answer.statusCode()).as("%s %s: %s", method, path, answer.body()).isLessThan(300);
    walked.add(method + " /api/v1" + route);
    if (route.equals("/shutdown")) {
      return; // who asked for it is told to those who follow: see GuardTest
    }
    Workspace.await(
        "an event by " + BY + " after " + method + " " + path,
        Duration.ofSeconds(10),
        () ->
            events().stream()
                .anyMatch(it -> it.getLong("id") > before && BY.equals(it.getString("by"))));
  }

  private Set<String> routes() throws Exception {
    JsonObject paths =
        new JsonObject(answer("GET", "/openapi.json", null).body()).getJsonObject("paths");
    Set<String> routes = new TreeSet<>();
    for (String path : paths.fieldNames()) {
      for (String method : paths.getJsonObject(path).fieldNames()) {
        if (path.startsWith("/api/") && Set.of("post", "put", "patch", "delete").contains(method)) {
          routes.add(method.toUpperCase(Locale.ROOT) + " " + path);
        }
      }
    }
    assertThat(routes).containsAll(ELSEWHERE.keySet());
    routes.removeAll(ELSEWHERE.keySet());
    routes.remove("POST /api/v1/shutdown");
    return routes;
  }

  private List<JsonObject> events() {
    List<JsonObject> events = new ArrayList<>();
    for (String line : answer("GET", "/api/v1/events?follow=false", null).body().split("\n")) {
      if (line.startsWith("data:")) {
        events.add(new JsonObject(line.substring(5).strip()));
      }
    }
    return events;
  }

  private HttpResponse<String> answer(String method, String path, @Nullable JsonObject body) {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create(url + path))
            .timeout(Duration.ofSeconds(20))
            .header("Authorization", "Bearer " + key);
    if (body == null || method.equals("DELETE")) {
      request.method(method, HttpRequest.BodyPublishers.noBody());
    } else {
      request
          .header("Content-Type", "application/json")
          .method(method, HttpRequest.BodyPublishers.ofString(body.encode()));
    }
    try {
      return http.send(request.build(), HttpResponse.BodyHandlers.ofString());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }
}
