package dev.nexusdelta.admin;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nexusdelta.admin.Plane.Answer;
import dev.nexusdelta.keys.Scopes;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Keys, and what each of them opens. */
class KeysApiTest {
  private static final String KEYS = "/api/v1/keys";

  @TempDir Path root;
  private Plane plane;

  @BeforeEach
  void start() throws Exception {
    plane = new Plane(root);
  }

  @AfterEach
  void stop() throws Exception {
    plane.close();
  }

  private static Map<String, String> with(String token) {
    return Map.of("Authorization", "Bearer " + token);
  }

  private static JsonObject wish(String name, String... scopes) {
    return new JsonObject().put("name", name).put("scopes", new JsonArray(List.of(scopes)));
  }

  @Test
  void tellsATokenOnceAndNeverAgain() {
    Answer made =
        plane.post(
            KEYS, wish("ci", "read", "manage:Echo").put("expires", "90d").put("rate", "5/s"));
    assertThat(made.status()).as(made.text()).isEqualTo(201);
    assertThat(made.header("Cache-Control")).isEqualTo("no-store");
    String token = made.json().getString("token");
    String id = made.json().getString("id");
    assertThat(made.header("Location")).isEqualTo(KEYS + "/" + id);
    Answer list = plane.send("GET", KEYS, null, Map.of());
    assertThat(list.text()).doesNotContain(token.substring(20), "hash");
    JsonObject row = list.json().getJsonArray("keys").getJsonObject(0);
    assertThat(row)
        .isEqualTo(
            new JsonObject()
                .put("id", id)
                .put("name", "ci")
                .put("scopes", new JsonArray().add("read").add("manage:echo"))
                .put("created", "2026-01-01T00:00:00Z")
                .put("by", "api")
                .put("expires", "2026-04-01T00:00:00Z")
                .put("rate", "5/s")
                .put("lastUsed", null));
    assertThat(plane.send("GET", "/api/v1/agents", null, with(token)).status()).isEqualTo(200);
    assertThat(plane.get(KEYS).json().getJsonArray("keys").getJsonObject(0).getString("lastUsed"))
        .isEqualTo("2026-01-01T00:00:00Z");
    assertThat(plane.post(KEYS, wish("ci", "read")).status()).isEqualTo(409);
    assertThat(plane.send("DELETE", KEYS + "/ci", null, Map.of()).status()).isEqualTo(200);
    assertThat(plane.send("GET", "/api/v1/agents", null, with(token)).status()).isEqualTo(401);
    assertThat(plane.send("DELETE", KEYS + "/" + id, null, Map.of()).status()).isEqualTo(404);
    assertThat(plane.fleet.events.kept)
        .extracting(event -> event.type() + " " + event.by())
        .containsExactly("key.created api", "key.revoked api");
    assertThat(plane.fleet.events.kept.toString()).doesNotContain(token.substring(20));
  }

  @Test
  void refusesWhatIsNoKeyAndMakesNone() {
    refused("/name", new JsonObject().put("scopes", new JsonArray().add("read")));
    refused("/name", wish("a b", "read"));
    refused("/name", wish("0123456789ab", "read"));
    refused("/name", wish("ci", "read").put("name", 7));
    refused("/scopes", wish("ci"));
    refused("/scopes", new JsonObject().put("name", "ci"));
    refused("/scopes", wish("ci", "write"));
    refused("/expires", wish("ci", "read").put("expires", "yesterday"));
    refused("/rate", wish("ci", "read").put("rate", "50"));
    refused("/owner", wish("ci", "read").put("owner", "me"));
    assertThat(plane.keys.all).isEmpty();
  }

  private void refused(String pointer, JsonObject body) {
    Answer answer = plane.post(KEYS, body);
    assertThat(answer.status()).as(answer.text()).isEqualTo(422);
    assertThat(answer.json().getJsonArray("errors").getJsonObject(0).getString("pointer"))
        .isEqualTo(pointer);
  }

  @Test
  void eachRouteAsksForItsScope() {
    plane.post("/api/v1/agents", Plane.manifest("Echo"));
    for (String scope : List.of("invoke:*", "read", "manage:echo", "manage:other", "admin")) {
      String token = plane.keys.make("key-" + plane.keys.all.size(), scope);
      Scopes scopes = Scopes.of(List.of(scope));
      for (Routes.Route route : plane.control.routes()) {
        if (route.need() == Need.ADMIN && scopes.isAdmin()) {
          continue; // what these do would end the test
        }
        String path = route.path().replaceAll("\\{name}", "Echo").replaceAll("\\{[a-zA-Z]+}", "1");
        String body = route.method().name().equals("GET") ? null : "{}";
        String target = path.equals("/api/v1/events") ? path + "?follow=false" : path;
        Answer answer = plane.send(route.method().name(), target, body, with(token));
        String what = scope + ": " + route.method() + " " + path + " -> " + answer.text();
        if (route.need().permits(scopes, "echo")) {
          assertThat(answer.status()).as(what).isNotIn(401, 403);
        } else {
          assertThat(answer.status()).as(what).isEqualTo(403);
          assertThat(answer.json().getString("code")).as(what).isEqualTo("forbidden");
          assertThat(answer.json().getString("detail"))
              .contains(route.need().scope("echo"), scopes.toString());
        }
      }
    }
  }

  @Test
  void whoManagesOneAgentMakesNoOther() {
    String token = plane.keys.make("echo", "manage:Echo");
    assertThat(
            plane
                .send("POST", "/api/v1/agents", Plane.manifest("Other").encode(), with(token))
                .status())
        .isEqualTo(403);
    assertThat(plane.registry.agents()).isEmpty();
    Answer made =
        plane.send("POST", "/api/v1/agents", Plane.manifest("Echo").encode(), with(token));
    assertThat(made.status()).isEqualTo(201);
    assertThat(made.json().getString("by")).isEqualTo("key:echo");
    plane.post("/api/v1/agents", Plane.manifest("Other"));
    plane.post("/api/v1/agents/other/stop", new JsonObject());
    String other = plane.fleet.operations.keySet().iterator().next();
    assertThat(plane.send("GET", "/api/v1/operations/" + other, null, with(token)).status())
        .isEqualTo(403);
  }

  @Test
  void saysExpiredOnlyToTheOwner() {
    String token = plane.keys.make("old", Optional.of(FakeFleet.NOW), "admin");
    Answer owner = plane.send("GET", "/api/v1/agents", null, with(token));
    assertThat(owner.status()).isEqualTo(401);
    assertThat(owner.json().getString("detail")).contains("key 'old' has expired");
    Answer guesser = plane.send("GET", "/api/v1/agents", null, with(token.substring(0, 59) + "~"));
    assertThat(guesser.status()).isEqualTo(401);
    assertThat(guesser.json().getString("detail")).doesNotContain("expired", "old");
  }

  @Test
  void overviewAndMetricsAreFreeUntilThereIsAKey() {
    for (String path : List.of("/", "/metrics", "/openapi.json")) {
      assertThat(plane.bare("GET", path, Map.of()).status()).isEqualTo(200);
    }
    String invoke = plane.keys.make("caller", "invoke:Echo");
    String read = plane.keys.make("reader", "read");
    for (String path : List.of("/", "/metrics", "/openapi.json")) {
      assertThat(plane.bare("GET", path, Map.of()).status()).as(path).isEqualTo(401);
      assertThat(plane.bare("GET", path, with(read)).status()).as(path).isEqualTo(200);
      assertThat(plane.bare("GET", path, with(invoke)).status())
          .as(path)
          .isEqualTo(path.equals("/metrics") ? 403 : 200);
    }
    for (String path : List.of("/livez", "/readyz")) {
      assertThat(plane.bare("GET", path, Map.of()).status()).as(path).isEqualTo(200);
    }
    plane.post("/api/v1/agents", Plane.manifest("Echo"));
    plane.post("/api/v1/agents", Plane.manifest("Other"));
    assertThat(plane.bare("GET", "/", with(invoke)).json().getJsonArray("agents")).hasSize(1);
    assertThat(plane.bare("GET", "/", with(read)).json().getJsonArray("agents")).hasSize(2);
  }

  @Test
  void beyondLoopbackNothingIsFreeEvenWithoutKeys() throws Exception {
    try (Plane everywhere = new Plane(root.resolve("everywhere"), false)) {
      for (String path : List.of("/", "/metrics", "/openapi.json", "/api/v1/agents")) {
        assertThat(everywhere.bare("GET", path, Map.of()).status()).as(path).isEqualTo(401);
        assertThat(everywhere.get(path).status()).as(path).isEqualTo(200);
      }
      assertThat(everywhere.bare("GET", "/livez", Map.of()).status()).isEqualTo(200);
    }
  }

  @Test
  void aKeyOpensNoDoorForForeignPages() {
    String token = plane.keys.make("ci", "admin");
    Answer answer =
        plane.bare(
            "GET",
            "/api/v1/agents",
            Map.of("Authorization", "Bearer " + token, "Origin", "http://evil.test"));
    assertThat(answer.status()).isEqualTo(403);
  }
}
