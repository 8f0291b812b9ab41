package dev.nexusdelta.admin;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nexusdelta.admin.Plane.Answer;
import dev.nexusdelta.manifest.AgentName;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DrainApiTest {
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
  void drainsAndTakesItBack() {
    plane.drains.gateways.addAll(List.of("a", "b"));
    Answer drained = plane.post("/api/v1/cluster/b/drain", new JsonObject());
    assertThat(drained.json())
        .isEqualTo(
            new JsonObject()
                .put("gateway", "b")
                .put("draining", true)
                .put("away", false)
                .put("changed", true)
                .put("drained", new JsonArray().add("b")));
    assertThat(plane.drains.draining).containsExactly("b");
    Answer undone = plane.post("/api/v1/cluster/b/undrain", new JsonObject());
    assertThat(undone.json().getJsonArray("drained")).isEmpty();
    assertThat(plane.drains.draining).isEmpty();
  }

  @Test
  void tellsWhetherThatIsNews() {
    plane.drains.gateways.addAll(List.of("a", "b"));
    assertThat(changed("undrain")).isFalse();
    assertThat(changed("drain")).isTrue();
    assertThat(changed("drain")).isFalse();
    assertThat(plane.get("/api/v1/cluster").json().getJsonArray("drained"))
        .isEqualTo(new JsonArray().add("b"));
    assertThat(changed("undrain")).isTrue();
    assertThat(plane.get("/api/v1/cluster").json().getJsonArray("drained")).isEmpty();
  }

  private boolean changed(String wish) {
    return plane.post("/api/v1/cluster/b/" + wish, new JsonObject()).json().getBoolean("changed");
  }

  @Test
  void whoHasDrainedOrForgottenOneIsTold() {
    plane.drains.gateways.addAll(List.of("a", "b"));
    Map<String, String> by = Map.of("X-Nexus-By", "tester");
    for (String wish : List.of("b/drain", "b/drain", "b/undrain", "gw-away/forget")) {
      assertThat(plane.send("POST", "/api/v1/cluster/" + wish, null, by).status()).isEqualTo(200);
    }
    assertThat(plane.fleet.events.recent())
        .extracting(event -> event.type() + " " + event.by() + " " + event.reason())
        .containsExactly(
            "gateway.draining tester b is to run nothing",
            "gateway.undrained tester b may run replicas again",
            "gateway.forgotten tester gw-away counts for no majority any more");
  }

  @Test
  void anUnknownGatewayIsRefusedAndTheKnownOnesAreNamed() {
    plane.drains.gateways.addAll(List.of("a", "b"));
    Answer unknown = plane.post("/api/v1/cluster/c/drain", new JsonObject());
    assertThat(unknown.status()).isEqualTo(404);
    assertThat(unknown.json().getString("detail")).isEqualTo("no gateway is called 'c'");
    assertThat(unknown.json().getString("hint")).isEqualTo("there are a, b, gw-away");
    assertThat(plane.drains.draining).isEmpty();
  }

  @Test
  void oneThatIsAwayIsDrainedAndTakenBackAndToldToBeAway() {
    plane.drains.gateways.add("gw");
    Answer drained = plane.post("/api/v1/cluster/gw-away/drain", new JsonObject());
    assertThat(drained.status()).isEqualTo(200);
    assertThat(drained.json().getBoolean("away")).isTrue();
    assertThat(plane.drains.draining).containsExactly("gw-away");
    Answer undone = plane.post("/api/v1/cluster/gw-away/undrain", new JsonObject());
    assertThat(undone.json().getBoolean("away")).isTrue();
    assertThat(undone.json().getJsonArray("drained")).isEmpty();
    assertThat(plane.drains.draining).isEmpty();
  }

  @Test
  void withoutAMajorityItIsRefused() {
    plane.drains.gateways.addAll(List.of("a", "b"));
    plane.drains.refusal = "1 of the 3 gateways are there";
    for (String wish : List.of("drain", "undrain")) {
      Answer refused = plane.post("/api/v1/cluster/b/" + wish, new JsonObject());
      assertThat(refused.status()).isEqualTo(503);
      assertThat(refused.json().getString("code")).isEqualTo("no_majority");
      assertThat(refused.json().getString("detail")).contains("1 of the 3 gateways are there");
    }
  }

  @Test
  void aGatewayAloneIsNotDrained() {
    Answer alone = plane.post("/api/v1/cluster/gw/drain", new JsonObject());
    assertThat(alone.status()).isEqualTo(409);
    assertThat(alone.json().getString("hint")).contains("cluster.members");
  }

  @Test
  void anAgentTellsWhereItRunsInAClusterOnly() {
    plane.put("/api/v1/agents/Echo", Plane.manifest("Echo"));
    plane.fleet.statuses.put(new AgentName("Echo"), FakeFleet.placed("Echo"));
    assertThat(placement())
        .isEqualTo(
            new JsonArray()
                .add(new JsonObject().put("gateway", "gw").put("wanted", 1).put("ready", 1))
                .add(
                    new JsonObject()
                        .put("gateway", "gw-2")
                        .put("wanted", 0)
                        .put("ready", 0)
                        .put("reason", "draining")));
    plane.fleet.statuses.put(
        new AgentName("Echo"), FakeFleet.status("Echo", dev.nexusdelta.fleet.AgentState.HEALTHY));
    assertThat(placement()).isNull();
  }

  private JsonArray placement() {
    return plane
        .get("/api/v1/agents/echo")
        .json()
        .getJsonObject("status")
        .getJsonArray("placement");
  }
}
