package dev.nexusdelta.admin;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nexusdelta.fleet.AgentState;
import dev.nexusdelta.manifest.AgentName;
import io.vertx.core.json.JsonObject;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ScalingApiTest {
  private static final String ECHO = "/api/v1/agents/echo/scaling";

  @TempDir Path root;
  private Plane plane;

  @BeforeEach
  void start() throws Exception {
    plane = new Plane(root);
    plane.post(
        "/api/v1/agents",
        Plane.manifest("Echo")
            .put("scale", new JsonObject().put("min", 1).put("max", 5).put("target-rps", 80)));
    plane.fleet.statuses.put(new AgentName("Echo"), FakeFleet.status("Echo", AgentState.HEALTHY));
    plane.scaling.fill("echo");
  }

  @AfterEach
  void stop() throws Exception {
    plane.close();
  }

  @Test
  void tellsWhatWasDecidedAndFromWhat() {
    JsonObject told = plane.get(ECHO).json();
    assertThat(told.getString("mode")).isEqualTo("auto");
    assertThat(told.getValue("hint")).isNull();
    assertThat(told.getString("summary")).isEqualTo("3 replicas: fleet.replicas leaves room for 3");
    assertThat(told.getInteger("max")).isEqualTo(5);
    assertThat(told.getJsonObject("targets").getDouble("rps")).isEqualTo(80);
    assertThat(told.getString("window")).isEqualTo("60s");
    JsonObject held = told.getJsonArray("decisions").getJsonObject(0);
    assertThat(held.getString("bound")).isEqualTo("fleet.replicas");
    assertThat(held.getInteger("count")).isEqualTo(2);
    assertThat(held.getString("until")).isEqualTo("2026-01-01T00:00:00Z");
    assertThat(held.getJsonObject("load").getJsonObject("brief").getDouble("rps")).isEqualTo(390);
    JsonObject up = told.getJsonArray("decisions").getJsonObject(1);
    assertThat(up.getInteger("from")).isEqualTo(1);
    assertThat(up.getInteger("to")).isEqualTo(3);
    assertThat(up.getValue("bound")).isNull();
    assertThat(up.getDouble("startSeconds")).isEqualTo(0.4);
    assertThat(plane.get(ECHO + "?limit=1").json().getJsonArray("decisions")).hasSize(1);
  }

  @Test
  void saysWhatToDoWhereTheLoadDoesNotRule() {
    plane.post("/api/v1/agents", Plane.manifest("Plain"));
    JsonObject plain = plane.get("/api/v1/agents/plain/scaling").json();
    assertThat(plain.getString("mode")).isEqualTo("off");
    assertThat(plain.getString("hint")).startsWith("nexus scale Plain --min 1 --max 5");
    assertThat(plain.getValue("min")).isNull();
    plane.post("/api/v1/agents/echo/scale", new JsonObject().put("replicas", 2));
    assertThat(plane.get(ECHO).json().getString("mode")).isEqualTo("pinned");
    assertThat(plane.get(ECHO).json().getString("hint")).startsWith("nexus scale Echo=auto");
    plane.post("/api/v1/agents/echo/stop", new JsonObject());
    assertThat(plane.get(ECHO).json().getString("hint")).isEqualTo("nexus start Echo");
    plane.post(
        "/api/v1/agents",
        Plane.manifest("Far").put("run", new JsonObject().put("url", "http://127.0.0.1:1")));
    JsonObject far = plane.get("/api/v1/agents/far/scaling").json();
    assertThat(far.getString("mode")).isEqualTo("off");
    assertThat(far.getString("summary")).contains("runs elsewhere");
  }

  @Test
  void putsAReplayBesideWhatWas() {
    JsonObject replay =
        plane
            .get(ECHO + "?replay=true&target-rps=40&max=9&window=30s")
            .json()
            .getJsonObject("replay");
    JsonObject settings = replay.getJsonObject("settings");
    assertThat(settings.getDouble("targetRps")).isEqualTo(40);
    assertThat(settings.getInteger("max")).isEqualTo(9);
    assertThat(settings.getInteger("min")).isEqualTo(1);
    assertThat(settings.getString("window")).isEqualTo("30s");
    assertThat(replay.getJsonObject("would").containsKey("shortSeconds")).isTrue();
    assertThat(replay.getJsonObject("did").getInteger("peak")).isEqualTo(1);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "?limit=257 | limit is '257', expected a whole number from 0 to 256",
        "?replay=perhaps | replay is 'perhaps', expected true or false",
        "?max=3 | max says how to replay, expected replay=true with it",
        "?replay&min=x | min is 'x', expected a whole number from 0 to 1000",
        "?replay&min=3&max=2 | max is '2', expected at least 3",
        "?replay&max=0 | max is '0', expected at least 1",
        "?replay&target-rps=0 | target-rps is '0', expected a number above 0, at most 1000000000",
        "?replay&target-concurrency=NaN | target-concurrency is 'NaN', expected a number above 0, at most 1000000000",
        "?replay&window=soon | window is 'soon', expected a duration like 500ms, 30s or 5m",
        "?replay&window=100ms | window is '100ms', expected 1s to 1d",
      })
  void refusesWhatItDoesNotUnderstand(String query, String detail) {
    Plane.Answer answer = plane.get(ECHO + query);
    assertThat(answer.status()).isEqualTo(400);
    assertThat(answer.json().getString("detail")).isEqualTo(detail);
  }
}
