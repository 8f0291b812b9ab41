package dev.nexusdelta.admin;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nexusdelta.admin.Plane.Answer;
import dev.nexusdelta.discovery.AgentSpec;
import dev.nexusdelta.discovery.Documents;
import dev.nexusdelta.fleet.AgentState;
import dev.nexusdelta.manifest.AgentName;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AgentsApiTest {
  private static final String AGENTS = "/api/v1/agents";
  private static final AgentName ECHO = new AgentName("Echo");

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

  @Test
  void createsOnceAndAnswersTheSameAgain() {
    Answer first = plane.post(AGENTS, Plane.manifest("Echo"));
    assertThat(first.status()).isEqualTo(201);
    assertThat(first.header("Location")).isEqualTo("/api/v1/agents/echo");
    assertThat(first.header("ETag")).isEqualTo("\"1\"");
    assertThat(first.json().getString("by")).isEqualTo("api");
    assertThat(first.json().getBoolean("enabled")).isTrue();
    assertThat(first.json().getJsonObject("status").getString("endpoint"))
        .isEqualTo("/agents/echo/execute");

    Answer again = plane.post(AGENTS, Plane.manifest("Echo"));
    assertThat(again.status()).isEqualTo(200);
    assertThat(again.header("ETag")).isEqualTo("\"1\"");
  }

  @Test
  void refusesAnotherBodyUnderATakenName() {
    plane.post(AGENTS, Plane.manifest("Echo"));
    Answer other = plane.post(AGENTS, Plane.manifest("ECHO").put("version", "2"));
    assertThat(other.status()).isEqualTo(409);
    assertThat(other.header("ETag")).isEqualTo("\"1\"");
    assertThat(other.json().getString("code")).isEqualTo("conflict");
    assertThat(plane.registry.agent(ECHO).orElseThrow().manifest().version()).isEqualTo("1.0.0");
  }

  @Test
  void namesEveryFaultOfAManifestAtOnce() {
    Answer answer =
        plane.post(AGENTS, Plane.manifest("Echo").put("vresion", "2").put("port", "many"));
    assertThat(answer.status()).isEqualTo(422);
    assertThat(answer.json().getJsonArray("errors"))
        .extracting(error -> ((JsonObject) error).getString("pointer"))
        .contains("/vresion", "/port");
    assertThat(plane.registry.agents()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "{",
        "[]",
        "{\"name\":\"A\",\"name\":\"B\"}",
        "{} {}",
        "{\"a\":NaN}",
        "{\"a\":\"\\ud800\"}",
        "{\"a\":1e999}",
        "{'a':1}",
        "\uFEFF{}"
      })
  void answersMalformedJsonWith400(String body) {
    Answer answer = plane.send("POST", AGENTS, body, Map.of());
    assertThat(answer.status()).isEqualTo(400);
    assertThat(answer.json().getString("code")).isEqualTo("invalid_request");
  }

  @Test
  void survivesDeepNesting() {
    assertThat(plane.send("POST", AGENTS, "{\"a\":" + "[".repeat(100_000), Map.of()).status())
        .isEqualTo(400);
  }

  @Test
  void takesJsonOnlyAndBoundsIt() {
    String body = Plane.manifest("Echo").encode();
    assertThat(plane.send("POST", AGENTS, body, Map.of("Content-Type", "text/plain")).status())
        .isEqualTo(415);
    assertThat(
            plane
                .send(
                    "POST", AGENTS, body, Map.of("Content-Type", "application/json; charset=utf-8"))
                .status())
        .isEqualTo(201);
    String huge = Plane.manifest("Big").put("description", "x".repeat(Bodies.LIMIT)).encode();
    Answer refused = plane.send("POST", AGENTS, huge, Map.of());
    assertThat(refused.status()).isEqualTo(413);
    assertThat(refused.json().getString("code")).isEqualTo("too_large");
  }

  @Test
  void hintsAtTheNearestNames() {
    plane.post(AGENTS, Plane.manifest("DataAgent"));
    Answer answer = plane.get(AGENTS + "/DataAgnet");
    assertThat(answer.status()).isEqualTo(404);
    assertThat(answer.json().getString("code")).isEqualTo("agent_unknown");
    assertThat(answer.json().getString("hint")).contains("DataAgent");
    assertThat(plane.get(AGENTS + "/-bad").status()).isEqualTo(400);
    assertThat(plane.get(AGENTS + "/" + "x".repeat(41)).status()).isEqualTo(400);
  }

  @Test
  void changesOnlyTheRevisionThatWasAskedFor() {
    plane.post(AGENTS, Plane.manifest("Echo"));
    String changed = Plane.manifest("Echo").put("description", "new").encode();
    Answer stale = plane.send("PUT", AGENTS + "/echo", changed, Map.of("If-Match", "\"7\""));
    assertThat(stale.status()).isEqualTo(412);
    assertThat(stale.json().getString("code")).isEqualTo("stale_revision");
    Answer good = plane.send("PUT", AGENTS + "/echo", changed, Map.of("If-Match", "\"1\""));
    assertThat(good.status()).isEqualTo(200);
    assertThat(good.header("ETag")).isEqualTo("\"2\"");
    assertThat(plane.send("PUT", AGENTS + "/none", "{}", Map.of("If-Match", "*")).status())
        .isIn(412, 422);
    assertThat(plane.send("PUT", AGENTS + "/echo", changed, Map.of("If-None-Match", "*")).status())
        .isEqualTo(412);
  }

  @Test
  void replacesReplicasOnlyWhenTheyWouldSeeTheChange() {
    plane.post(AGENTS, Plane.manifest("Echo"));
    Answer unseen = plane.patch(AGENTS + "/echo", new JsonObject().put("description", "new"));
    assertThat(unseen.status()).isEqualTo(200);
    plane.fleet.endsAtOnce = false;
    Answer seen =
        plane.patch(AGENTS + "/echo", new JsonObject().put("env", new JsonObject().put("A", "b")));
    assertThat(seen.status()).isEqualTo(202);
    assertThat(seen.header("Location")).isEqualTo("/api/v1/operations/op-1");
    assertThat(seen.json().getString("kind")).isEqualTo("change");
    assertThat(plane.get("/api/v1/operations/op-1").json().getString("state")).isEqualTo("running");
    Answer gone =
        plane.patch(AGENTS + "/echo", new JsonObject().put("env", new JsonObject().putNull("A")));
    assertThat(gone.status()).isEqualTo(202);
    assertThat(plane.registry.agent(ECHO).orElseThrow().manifest().env()).isEmpty();
  }

  @Test
  void readsBackWhatCanBePut() {
    plane.post(
        AGENTS,
        Plane.manifest("Echo")
            .put("env", new JsonObject().put("API_KEY", "k"))
            .put("allow-literal-secrets", new JsonArray().add("API_KEY")));
    JsonObject spec = plane.get(AGENTS + "/echo").json().getJsonObject("spec");
    Answer same = plane.put(AGENTS + "/echo", spec);
    assertThat(same.status()).isEqualTo(200);
    assertThat(same.json().getLong("revision")).isEqualTo(1);
  }

  @Test
  void refusesSecretsThatAreWrittenOut() {
    JsonObject open = new JsonObject().put("env", new JsonObject().put("API_KEY", "hunter2"));
    plane.post(AGENTS, Plane.manifest("Echo"));
    for (Answer refused :
        List.of(
            plane.post(AGENTS, Plane.manifest("Other").mergeIn(open)),
            plane.put(AGENTS + "/echo", Plane.manifest("Echo").mergeIn(open)),
            plane.put(AGENTS + "/new", Plane.manifest("New").mergeIn(open)),
            plane.patch(AGENTS + "/echo", open))) {
      assertThat(refused.status()).isEqualTo(422);
      assertThat(refused.json().getJsonArray("errors").getJsonObject(0).getString("pointer"))
          .isEqualTo("/env/API_KEY");
      assertThat(refused.json().encode())
          .contains("nexus secret set AGENT API_KEY")
          .doesNotContain("hunter2");
    }
    assertThat(plane.registry.agents()).hasSize(1);
    assertThat(plane.registry.agent(ECHO).orElseThrow().revision()).isEqualTo(1);
  }

  @Test
  void leavesSecretsAloneThatAnOlderProgramLetIn() {
    plane.post(AGENTS, Plane.manifest("Echo"));
    JsonObject stored = Documents.of(plane.registry.agent(ECHO).orElseThrow());
    JsonObject env = new JsonObject().put("API_KEY", "hunter2");
    stored.getJsonObject("manifest").put("env", env);
    AgentSpec old = Documents.spec(stored);
    plane.registry.edit(ECHO, OptionalLong.empty(), "test", spec -> old);
    JsonObject spec = plane.get(AGENTS + "/echo").json().getJsonObject("spec");
    assertThat(spec.getJsonObject("env")).isEqualTo(env);
    assertThat(plane.put(AGENTS + "/echo", spec.put("description", "d")).status()).isEqualTo(200);
    JsonObject version = new JsonObject().put("version", "2");
    assertThat(plane.patch(AGENTS + "/echo", version).status()).isEqualTo(200);
    assertThat(plane.put(AGENTS + "/echo", spec.put("env", env.copy().put("API_KEY", "other"))))
        .extracting(Answer::status)
        .isEqualTo(422);
  }

  @Test
  void storesNothingInADryRun() {
    Answer created = plane.post(AGENTS + "?dryRun=true", Plane.manifest("Echo"));
    assertThat(created.status()).isEqualTo(200);
    assertThat(created.json().getBoolean("created")).isTrue();
    assertThat(plane.registry.agents()).isEmpty();
    plane.post(AGENTS, Plane.manifest("Echo"));
    Answer patched =
        plane.patch(AGENTS + "/echo?dryRun=true", new JsonObject().put("version", "2"));
    assertThat(patched.status()).isEqualTo(200);
    assertThat(patched.json().getBoolean("replacesReplicas")).isTrue();
    assertThat(patched.json().getJsonArray("changes").getJsonObject(0))
        .isEqualTo(new JsonObject().put("key", "version").put("from", "1.0.0").put("to", "2"));
    assertThat(plane.registry.agent(ECHO).orElseThrow().revision()).isEqualTo(1);
    assertThat(plane.fleet.operations).isEmpty();
    assertThat(plane.send("DELETE", AGENTS + "/echo?dryRun=true", null, Map.of()).status())
        .isEqualTo(200);
    assertThat(plane.registry.agent(ECHO)).isPresent();
    assertThat(plane.post(AGENTS + "?dryRun=perhaps", Plane.manifest("X")).status()).isEqualTo(400);
  }

  @Test
  void putMakesTheAgentAndKeepsItsName() {
    assertThat(plane.put(AGENTS + "/Echo", Plane.manifest("Echo")).status()).isEqualTo(201);
    Answer other = plane.put(AGENTS + "/Echo", Plane.manifest("Other"));
    assertThat(other.status()).isEqualTo(422);
    assertThat(other.json().getJsonArray("errors").getJsonObject(0).getString("pointer"))
        .isEqualTo("/name");
    JsonObject nameless = Plane.manifest("Echo");
    nameless.remove("name");
    assertThat(plane.put(AGENTS + "/Echo", nameless).status()).isEqualTo(200);
  }

  @Test
  void deletesAndMakesAnew() {
    plane.post(AGENTS, Plane.manifest("Echo"));
    Answer deleted = plane.send("DELETE", AGENTS + "/echo", null, Map.of());
    assertThat(deleted.status()).isEqualTo(200);
    assertThat(deleted.json().getString("kind")).isEqualTo("delete");
    assertThat(plane.get(AGENTS + "/echo").status()).isEqualTo(404);
    assertThat(plane.send("DELETE", AGENTS + "/echo", null, Map.of()).status()).isEqualTo(404);
    assertThat(plane.post(AGENTS, Plane.manifest("Echo")).status()).isEqualTo(201);
    assertThat(plane.registry.agent(ECHO).orElseThrow().generation()).isEqualTo(1);
  }

  @Test
  void startsStopsAndRestarts() {
    plane.post(AGENTS, Plane.manifest("Echo"));
    Answer stopped = plane.post(AGENTS + "/echo/stop", new JsonObject());
    assertThat(stopped.json().getString("kind")).isEqualTo("stop");
    assertThat(plane.registry.agent(ECHO).orElseThrow().enabled()).isFalse();
    plane.send("POST", AGENTS + "/echo/start", null, Map.of("X-Nexus-By", "cli"));
    assertThat(plane.registry.agent(ECHO).orElseThrow().enabled()).isTrue();
    assertThat(plane.registry.agent(ECHO).orElseThrow().by()).isEqualTo("cli");
    plane.send("POST", AGENTS + "/echo/restart", null, Map.of("X-Nexus-By", "gateway"));
    assertThat(plane.registry.agent(ECHO).orElseThrow().generation()).isEqualTo(1);
    assertThat(plane.registry.agent(ECHO).orElseThrow().by()).isEqualTo("api");
    assertThat(plane.post(AGENTS + "/echo/stop", new JsonObject().put("now", true)).status())
        .isEqualTo(422);
  }

  @Test
  void startsAnewWhatHasGivenUp() {
    plane.post(AGENTS, Plane.manifest("Echo"));
    plane.post(AGENTS + "/echo/start", new JsonObject());
    assertThat(plane.registry.agent(ECHO).orElseThrow().generation()).isZero();
    plane.fleet.statuses.put(ECHO, FakeFleet.status("Echo", AgentState.FAILED));
    plane.post(AGENTS + "/echo/start", new JsonObject());
    assertThat(plane.registry.agent(ECHO).orElseThrow().generation()).isEqualTo(1);
  }

  @Test
  void scalesByHandByItselfAndWithinBounds() {
    plane.post(AGENTS, Plane.manifest("Echo"));
    String scale = AGENTS + "/echo/scale";
    assertThat(plane.post(scale, new JsonObject().put("replicas", 3)).status()).isEqualTo(200);
    assertThat(plane.registry.agent(ECHO).orElseThrow().pinned()).hasValue(3);
    assertThat(plane.post(scale, new JsonObject().put("auto", true)).status()).isEqualTo(200);
    assertThat(plane.registry.agent(ECHO).orElseThrow().pinned()).isEmpty();
    assertThat(
            plane
                .post(scale, new JsonObject().put("min", 2).put("max", 4).put("target-rps", 50))
                .status())
        .isEqualTo(200);
    assertThat(plane.registry.agent(ECHO).orElseThrow().manifest().scale().orElseThrow().max())
        .isEqualTo(4);
    for (JsonObject bad :
        new JsonObject[] {
          new JsonObject(),
          new JsonObject().put("replicas", -1),
          new JsonObject().put("replicas", 1.5),
          new JsonObject().put("replicas", "3"),
          new JsonObject().put("replicas", 3).put("auto", true),
          new JsonObject().put("replicas", 3).put("min", 1),
          new JsonObject().put("auto", false),
          new JsonObject().put("min", 5).put("max", 2),
          new JsonObject().put("many", 5)
        }) {
      assertThat(plane.post(scale, bad).status()).as(bad.encode()).isEqualTo(422);
    }
  }

  @Test
  void doesNotScaleWhatRunsElsewhere() {
    plane.post(
        AGENTS,
        new JsonObject()
            .put("name", "Far")
            .put("run", new JsonObject().put("url", "http://192.0.2.7:9000")));
    assertThat(plane.post(AGENTS + "/far/scale", new JsonObject().put("replicas", 2)).status())
        .isEqualTo(409);
  }

  @Test
  void waitsForTheEndOfAnOperation() {
    plane.post(AGENTS, Plane.manifest("Echo"));
    plane.fleet.endsAtOnce = false;
    assertThat(plane.post(AGENTS + "/echo/stop?wait=10ms", new JsonObject()).status())
        .isEqualTo(202);
    assertThat(plane.post(AGENTS + "/echo/stop?wait=soon", new JsonObject()).status())
        .isEqualTo(400);
    assertThat(plane.get("/api/v1/operations/none").status()).isEqualTo(404);
  }
}
