package dev.nexusdelta.admin;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nexusdelta.admin.Plane.Answer;
import dev.nexusdelta.backup.BackupReader;
import dev.nexusdelta.manifest.AgentName;
import io.vertx.core.json.JsonObject;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BackupApiTest {
  private static final String AGENTS = "/api/v1/agents";
  private static final String RESTORE = "/api/v1/restore";

  @TempDir Path root;
  private Plane plane;

  @BeforeEach
  void start() throws Exception {
    plane = new Plane(root);
    plane.post(AGENTS, Plane.manifest("Alpha"));
    plane.post(AGENTS, Plane.manifest("Echo").put("description", "then"));
  }

  @AfterEach
  void stop() throws Exception {
    plane.close();
  }

  private String backup() {
    Answer answer = plane.get("/api/v1/backup");
    assertThat(answer.status()).isEqualTo(200);
    return answer.text();
  }

  private JsonObject restore(String query, String document) {
    Answer answer = plane.send("POST", RESTORE + query, document, Map.of("X-Nexus-By", "tester"));
    assertThat(answer.status()).as(answer.text()).isEqualTo(200);
    return answer.json();
  }

  private static String result(JsonObject report, String name) {
    return report.getJsonArray("agents").stream()
        .map(JsonObject.class::cast)
        .filter(row -> row.getString("name").equals(name))
        .map(row -> row.getString("action") + " " + row.getString("result"))
        .findFirst()
        .orElse("");
  }

  private String description(String name) {
    return plane.registry.agent(new AgentName(name)).orElseThrow().manifest().description();
  }

  @Test
  void givesBackWhatItHasGiven() {
    String document = backup();
    plane.patch(AGENTS + "/echo", new JsonObject().put("description", "now"));
    plane.send("DELETE", AGENTS + "/alpha", null, Map.of());
    plane.post(AGENTS, Plane.manifest("Other"));
    JsonObject planned = restore("?dryRun=true", document);
    assertThat(result(planned, "Echo")).isEqualTo("change planned");
    assertThat(result(planned, "Alpha")).isEqualTo("create planned");
    assertThat(description("Echo")).isEqualTo("now");
    assertThat(plane.fleet.events.recent())
        .noneMatch(event -> event.type().equals("registry.restored"));
    JsonObject done = restore("", document);
    assertThat(result(done, "Echo")).isEqualTo("change done");
    assertThat(done.getJsonArray("kept")).containsExactly("Other");
    assertThat(description("Echo")).isEqualTo("then");
    assertThat(plane.fleet.events.recent())
        .anySatisfy(
            event -> {
              assertThat(event.type()).isEqualTo("registry.restored");
              assertThat(event.by()).isEqualTo("tester");
              assertThat(event.reason()).startsWith("1 created, 1 changed, 0 same, 0 deleted");
            });
    JsonObject pruned = restore("?prune=true", document);
    assertThat(result(pruned, "Echo")).isEqualTo("same done");
    assertThat(result(pruned, "Other")).isEqualTo("delete done");
    assertThat(plane.registry.agent(new AgentName("Other"))).isEmpty();
  }

  @Test
  void whatChangesNothingIsNoEvent() {
    JsonObject same = restore("", backup());
    assertThat(same.getString("summary")).startsWith("0 created, 0 changed, 2 same, 0 deleted");
    assertThat(plane.fleet.events.recent())
        .noneMatch(event -> event.type().equals("registry.restored"));
  }

  @Test
  void anEditThatComesBetweenWins() {
    String document = backup();
    plane.patch(AGENTS + "/alpha", new JsonObject().put("description", "now"));
    plane.patch(AGENTS + "/echo", new JsonObject().put("description", "now"));
    AtomicBoolean once = new AtomicBoolean();
    plane.registry.watch(
        restored -> {
          if (once.compareAndSet(false, true)) {
            plane.registry.edit(
                new AgentName("Echo"),
                java.util.OptionalLong.empty(),
                "somebody",
                stored -> SpecEdits.withEnabled(stored.orElseThrow(), false));
          }
        });
    JsonObject report = restore("", document);
    assertThat(result(report, "Alpha")).isEqualTo("change done");
    assertThat(result(report, "Echo")).isEqualTo("change conflict");
    assertThat(description("Echo")).isEqualTo("now");
    assertThat(plane.registry.agent(new AgentName("Echo")).orElseThrow().enabled()).isFalse();
  }

  @Test
  void refusesTheWholeForOneBadEntry() {
    String document = backup().replace("\"description\":\"then\"", "\"descripion\":\"then\"");
    plane.send("DELETE", AGENTS + "/alpha", null, Map.of());
    Answer answer = plane.send("POST", RESTORE, document, Map.of());
    assertThat(answer.status()).isEqualTo(422);
    assertThat(answer.json().getString("detail"))
        .contains("nothing was changed", "agent 'Echo', /agents/1/manifest/descripion")
        .contains("description");
    assertThat(answer.json().getJsonArray("errors").getJsonObject(0).getString("pointer"))
        .isEqualTo("/agents/1/manifest/descripion");
    assertThat(plane.registry.agent(new AgentName("Alpha"))).isEmpty();
  }

  @Test
  void takesLargeBodiesUpToItsLimit() {
    String small = backup();
    String padded = small + " ".repeat(Bodies.LIMIT + 1);
    assertThat(result(restore("", padded), "Echo")).isEqualTo("same done");
    Answer large = plane.send("POST", RESTORE, " ".repeat(BackupReader.MOST_BYTES + 1), Map.of());
    assertThat(large.status()).isEqualTo(413);
    assertThat(large.json().getString("detail")).contains("larger than 33554432 bytes");
    Answer elsewhere = plane.send("POST", AGENTS, padded, Map.of());
    assertThat(elsewhere.status()).isEqualTo(413);
    assertThat(elsewhere.json().getString("detail")).contains("larger than 1048576 bytes");
  }

  @Test
  void anEngineThatIsAwayIsToldAgentByAgent() {
    String document = backup();
    plane.patch(AGENTS + "/echo", new JsonObject().put("version", "2"));
    plane.fleet.trouble = java.util.Optional.of("the engine is away");
    JsonObject report = restore("", document);
    assertThat(result(report, "Alpha")).isEqualTo("same done");
    assertThat(result(report, "Echo")).isEqualTo("change failed");
    assertThat(report.encode()).contains("the engine is away");
  }
}
