package dev.nexusdelta.admin;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nexusdelta.admin.Plane.Answer;
import dev.nexusdelta.discovery.AgentSpec;
import dev.nexusdelta.manifest.AgentName;
import dev.nexusdelta.sync.SyncState;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SyncApiTest {
  private static final String AGENTS = "/api/v1/agents";
  private static final AgentName ECHO = new AgentName("Echo");

  @TempDir Path root;
  private Plane plane;

  @BeforeEach
  void start() throws Exception {
    plane = new Plane(root);
    plane.post(AGENTS, Plane.manifest("Echo").put("description", "first"));
  }

  @AfterEach
  void stop() throws Exception {
    plane.close();
  }

  @Test
  void everyWriteSaysHowItStandsOutside() {
    plane.sync.ofAll = SyncState.PENDING;
    Answer patched = plane.patch(AGENTS + "/echo", new JsonObject().put("description", "second"));
    assertThat(patched.json().getString("sync")).isEqualTo("pending");
    Answer stopped = plane.post(AGENTS + "/echo/stop", new JsonObject());
    assertThat(stopped.json().getString("kind")).isEqualTo("stop");
    assertThat(stopped.json().getString("sync")).isEqualTo("pending");
    plane.sync.ofAll = SyncState.SYNCED;
    assertThat(plane.get(AGENTS + "/echo").json().getString("sync")).isEqualTo("synced");
  }

  @Test
  void theClusterSaysHowAllOfItStands() {
    assertThat(registry())
        .isEqualTo(
            new JsonObject()
                .put("sync", "off")
                .put("pending", 0)
                .put("lagSeconds", 0.0)
                .put("reason", "")
                .put("refused", new JsonArray()));
    plane.sync.away("no answer", plane.nanos.get());
    plane.sync.refused.put(ECHO, "its document is invalid: x");
    assertThat(registry())
        .isEqualTo(
            new JsonObject()
                .put("sync", "degraded")
                .put("pending", 1)
                .put("lagSeconds", 1.5)
                .put("reason", "no answer")
                .put(
                    "refused",
                    new JsonArray()
                        .add(
                            new JsonObject()
                                .put("agent", "Echo")
                                .put("reason", "its document is invalid: x"))));
  }

  private JsonObject registry() {
    return plane.get("/api/v1/cluster").json().getJsonObject("registry");
  }

  @Test
  void aRevisionThatGaveWayComesBackWhole() {
    plane.patch(
        AGENTS + "/echo",
        new JsonObject()
            .put("description", "mine")
            .put("scale", new JsonObject().put("min", 1).put("max", 7)));
    AgentSpec mine = present().orElseThrow();
    plane.sync.superseded.add(mine);
    plane.patch(AGENTS + "/echo", new JsonObject().put("description", "theirs").putNull("scale"));
    assertThat(plane.get(AGENTS + "/echo/superseded").json().getJsonArray("superseded"))
        .hasSize(1)
        .first()
        .satisfies(
            one -> {
              assertThat(((JsonObject) one).getLong("revision")).isEqualTo(mine.revision());
              assertThat(((JsonObject) one).getJsonObject("spec").getString("description"))
                  .isEqualTo("mine");
            });
    Answer dry = restore(mine.revision() + "/restore?dryRun=true");
    assertThat(dry.json().getBoolean("dryRun")).isTrue();
    assertThat(present().orElseThrow().manifest().description()).isEqualTo("theirs");
    assertThat(restore(mine.revision() + "/restore").status()).isEqualTo(200);
    AgentSpec restored = present().orElseThrow();
    assertThat(restored.manifest()).isEqualTo(mine.manifest());
    assertThat(restored.revision()).isEqualTo(mine.revision() + 2);
  }

  @Test
  void oneThatGaveWayToADeletionComesBackToo() {
    AgentSpec mine = present().orElseThrow();
    plane.sync.superseded.add(mine);
    plane.send("DELETE", AGENTS + "/echo", null, Map.of());
    assertThat(present()).isEmpty();
    assertThat(restore(mine.revision() + "/restore").status()).isEqualTo(201);
    assertThat(present().orElseThrow().manifest()).isEqualTo(mine.manifest());
    assertThat(present().orElseThrow().generation()).isGreaterThan(mine.generation());
  }

  @Test
  void aDeletionThatGaveWayIsMadeAgain() {
    AgentSpec mine = SpecEdits.deleted(present().orElseThrow(), Optional.empty());
    plane.sync.superseded.add(mine);
    assertThat(restore(mine.revision() + "/restore").json().getString("kind")).isEqualTo("delete");
    assertThat(present()).isEmpty();
  }

  @Test
  void whatNeverGaveWayIsNotThere() {
    Answer none = restore("7/restore");
    assertThat(none.status()).isEqualTo(404);
    assertThat(none.json().getString("detail")).contains("no revision 7 of agent 'Echo'");
    assertThat(restore("first/restore").status()).isEqualTo(400);
  }

  @Test
  void deletionsAreConfirmedOnlyWhereTheyWait() {
    Answer none = plane.post("/api/v1/cluster/confirm-deletions", new JsonObject());
    assertThat(none.status()).isEqualTo(409);
    plane.sync.held = true;
    assertThat(plane.post("/api/v1/cluster/confirm-deletions", new JsonObject()).status())
        .isEqualTo(200);
    assertThat(plane.sync.held).isFalse();
    assertThat(plane.fleet.events.recent())
        .extracting(event -> event.type() + " " + event.by())
        .containsExactly("sync.confirmed api");
  }

  private Optional<AgentSpec> present() {
    return plane.registry.agent(ECHO);
  }

  private Answer restore(String rest) {
    return plane.post(AGENTS + "/Echo/superseded/" + rest, new JsonObject());
  }
}
