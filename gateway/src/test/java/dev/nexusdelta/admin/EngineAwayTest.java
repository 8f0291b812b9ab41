package dev.nexusdelta.admin;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nexusdelta.admin.Plane.Answer;
import dev.nexusdelta.discovery.AgentSpec;
import dev.nexusdelta.fleet.AgentState;
import dev.nexusdelta.manifest.AgentName;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * While the engine is away: what it would have to do is refused, what only the registry does not.
 */
class EngineAwayTest {
  private static final String REASON = "the engine at unix:///run/e.sock does not answer";
  private static final String ECHO = "/api/v1/agents/echo";

  @TempDir Path root;
  private Plane plane;

  @BeforeEach
  void start() throws Exception {
    plane = new Plane(root);
    plane.post("/api/v1/agents", Plane.manifest("Echo"));
    plane.fleet.statuses.put(new AgentName("Echo"), FakeFleet.status("Echo", AgentState.HEALTHY));
    plane.fleet.trouble = Optional.of(REASON);
  }

  @AfterEach
  void stop() throws Exception {
    plane.close();
  }

  private AgentSpec stored() {
    return plane.registry.agent(new AgentName("Echo")).orElseThrow();
  }

  private static void refused(Answer answer) {
    assertThat(answer.status()).as(answer.text()).isEqualTo(503);
    assertThat(answer.json().getString("code")).isEqualTo("engine_unavailable");
    assertThat(answer.json().getString("detail")).isEqualTo(REASON);
    assertThat(answer.json().getBoolean("retryable")).isTrue();
    assertThat(answer.header("Retry-After")).isEqualTo("5");
    assertThat(answer.header("Proxy-Status")).contains("destination_unavailable");
  }

  @ParameterizedTest
  @CsvSource({
    "POST,/stop,{}",
    "POST,/restart,{}",
    "POST,/scale,{\"replicas\":3}",
    "POST,/scale,'{\"min\":2,\"max\":3}'",
    "PATCH,'',{\"version\":\"2\"}",
    "PATCH,'',{\"scale\":{\"min\":2}}",
    "PUT,'',{\"run\":{\"command\":\"other\"}}",
    "DELETE,'',"
  })
  void refusesWhatTheEngineWouldHaveToDoAndChangesNothing(String method, String path, String body) {
    AgentSpec before = stored();
    refused(plane.send(method, ECHO + path, body, java.util.Map.of()));
    assertThat(stored()).isEqualTo(before);
    assertThat(plane.fleet.operations).isEmpty();
  }

  @Test
  void refusesToCreateAndToApplyAFile() throws Exception {
    refused(plane.post("/api/v1/agents", Plane.manifest("Other")));
    refused(plane.put("/api/v1/agents/other", Plane.manifest("Other")));
    Path folder = Files.createDirectories(plane.agents.resolve("other"));
    Files.writeString(folder.resolve("agent.yaml"), "name: Other\nrun: {command: sleep 1}\n");
    refused(plane.post("/api/v1/agents/other/apply?create=true", new JsonObject()));
    assertThat(plane.registry.agents()).hasSize(1);
  }

  @Test
  void refusesLogsThatOnlyTheEngineHas() {
    refused(plane.get(ECHO + "/logs"));
    refused(plane.get(ECHO + "/logs?follow=true"));
  }

  @Test
  void storesWhatNoReplicaHasToMoveFor() {
    assertThat(plane.patch(ECHO, new JsonObject().put("description", "d")).status()).isEqualTo(200);
    assertThat(stored().manifest().description()).isEqualTo("d");
    Answer trial = plane.patch(ECHO + "?dryRun=true", new JsonObject().put("version", "2"));
    assertThat(trial.status()).isEqualTo(200);
    Answer elsewhere =
        plane.post(
            "/api/v1/agents",
            new JsonObject()
                .put("name", "Far")
                .put("run", new JsonObject().put("url", new JsonArray().add("http://a:1"))));
    assertThat(elsewhere.status()).isEqualTo(201);
    assertThat(plane.get("/readyz").status()).isEqualTo(200);
  }

  @Test
  void storesAndDeletesWhatIsStopped() {
    plane.fleet.trouble = Optional.empty();
    plane.post(ECHO + "/stop", new JsonObject());
    plane.fleet.trouble = Optional.of(REASON);
    assertThat(plane.patch(ECHO, new JsonObject().put("version", "2")).status()).isEqualTo(200);
    refused(plane.post(ECHO + "/start", new JsonObject()));
    assertThat(plane.send("DELETE", ECHO, null, java.util.Map.of()).status()).isEqualTo(200);
    assertThat(plane.registry.agents()).isEmpty();
  }

  @Test
  void whatIsAsWantedAlreadyIsDone() {
    assertThat(plane.post(ECHO + "/start", new JsonObject()).status()).isEqualTo(200);
    plane.fleet.statuses.remove(new AgentName("Echo"));
    refused(plane.post(ECHO + "/start", new JsonObject()));
  }
}
