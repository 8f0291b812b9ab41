package dev.nexusdelta.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * Agents outlive the loss of the data folder, and a restore never overwrites what it has not seen.
 */
class BackupIT {
  @Test
  void agentsOutliveTheLossOfTheDataFolder() throws Exception {
    try (Workspace workspace = Workspace.open()) {
      workspace.addSample("textagent");
      workspace.addSample("imageagent");
      workspace.typeWell("./nexus up -d");
      workspace.typeWell("./nexus scale textagent=2");
      workspace.typeWell("./nexus create --name Gone --command 'sleep 1'");
      workspace.typeWell("./nexus delete Gone");
      workspace.typeWell("./nexus create --name Far --url http://127.0.0.1:9");
      workspace.typeWell("./nexus stop --name Far");
      workspace.patch("/agents/imageagent", new JsonObject().put("description", "edited"));
      Map<String, String> before = specs(workspace);
      assertThat(before).containsOnlyKeys("TextAgent", "ImageAgent", "Far");
      assertThat(workspace.folder().resolve("agents/gone")).exists();
      workspace.typeWell("./nexus backup agents.json");
      assertThat(workspace.typeWell("./nexus restore agents.json").err()).contains("4 same");

      kill(workspace);
      for (ProcessHandle agent : workspace.processes()) {
        agent.destroyForcibly();
        agent.onExit().get(10, TimeUnit.SECONDS);
      }
      delete(workspace.data());
      delete(workspace.folder().resolve("agents/far"));

      workspace.typeWell("./nexus restore agents.json --dry-run");
      assertThat(workspace.data()).doesNotExist();
      assertThat(workspace.typeWell("./nexus restore agents.json").err())
          .contains("3 created", "1 known as deleted");
      assertThat(workspace.typeWell("./nexus backup - | wc -l").out().strip()).isEqualTo("6");
      workspace.typeWell("./nexus up -d");
      assertThat(specs(workspace)).isEqualTo(before);
      assertThat(workspace.pids("textagent")).hasSize(2);
      assertThat(
              workspace
                  .call(
                      "textagent",
                      "{\"tool_name\":\"detect_language\",\"parameters\":{\"text\":\"text\"}}")
                  .statusCode())
          .isEqualTo(200);
      assertThat(workspace.typeWell("./nexus restore agents.json --prune").err())
          .contains("0 created, 0 changed, 4 same, 0 deleted");
    }
  }

  @Test
  void restoresUnderTheHandsOfOthers() throws Exception {
    try (Workspace workspace = Workspace.open()) {
      Files.createDirectories(workspace.folder().resolve("agents"));
      workspace.typeWell("./nexus up -d");
      workspace.typeWell("./nexus create --name Last --url http://127.0.0.1:9");
      workspace.typeWell("./nexus backup one.json");
      Path many = workspace.folder().resolve("many.json");
      // Larger than other requests may be.
      String room = " ".repeat(3 << 20);
      Files.writeString(many, manyAgents(workspace.folder().resolve("one.json"), 60) + room);
      assertThat(workspace.typeWell("./nexus restore many.json --dry-run").err())
          .contains("60 created", "1 same", "nothing was changed");
      assertThat(specs(workspace)).containsOnlyKeys("Last");

      workspace.patch("/agents/last", new JsonObject().put("description", "edited"));
      long first = revision(workspace);
      AtomicBoolean over = new AtomicBoolean();
      CompletableFuture<List<Long>> edits =
          CompletableFuture.supplyAsync(() -> edit(workspace, over));
      Workspace.Typed restored = workspace.type("./nexus restore many.json -o json");
      over.set(true);
      List<Long> revisions = new ArrayList<>(edits.get(60, TimeUnit.SECONDS));
      assertThat(revisions).hasSizeGreaterThan(3);
      JsonObject row =
          new JsonObject(restored.out())
              .getJsonArray("agents").stream()
                  .map(JsonObject.class::cast)
                  .filter(each -> each.getString("name").equals("Last"))
                  .findFirst()
                  .orElseThrow();
      assertThat(row.getString("action")).isEqualTo("change");
      if (row.getString("result").equals("done")) {
        assertThat(restored.code()).isZero();
        revisions.add(row.getLong("revision"));
      } else {
        assertThat(row.getString("result")).isEqualTo("conflict");
        assertThat(restored.code()).isEqualTo(9);
      }
      // Each revision was answered to exactly one of the two: nobody's edit was lost unseen.
      revisions.sort(Comparator.naturalOrder());
      List<Long> expected =
          Stream.iterate(first + 1, next -> next + 1).limit(revisions.size()).toList();
      assertThat(revisions).isEqualTo(expected);
      assertThat(revision(workspace)).isEqualTo(revisions.get(revisions.size() - 1));

      assertThat(workspace.typeWell("./nexus restore one.json --prune").err())
          .contains("60 deleted");
      assertThat(specs(workspace)).containsOnlyKeys("Last");
      assertThat(workspace.typeWell("./nexus events").out()).contains("registry.restored");
    }
  }

  private static List<Long> edit(Workspace workspace, AtomicBoolean over) {
    List<Long> revisions = new ArrayList<>();
    try {
      for (int i = 0; !over.get(); i++) {
        JsonObject change = new JsonObject().put("description", "edit " + i);
        revisions.add(workspace.patch("/agents/last", change).getLong("revision"));
      }
    } catch (Exception e) {
      throw new IllegalStateException("an edit failed", e);
    }
    return revisions;
  }

  /** The one agent of the backup, and as many copies of it before it. */
  private static String manyAgents(Path one, int copies) throws Exception {
    JsonObject backup = new JsonObject(Files.readString(one));
    JsonObject last =
        backup.getJsonArray("agents").getJsonObject(0).put("releases", new JsonArray());
    JsonArray agents = new JsonArray();
    for (int i = 0; i < copies; i++) {
      agents.add(new JsonObject(last.encode().replace("\"Last\"", "\"Copy-" + i + "\"")));
    }
    return backup.put("agents", agents.add(last)).encode();
  }

  private static long revision(Workspace workspace) throws Exception {
    return workspace.admin("/agents/last").getLong("revision");
  }

  /** What is wanted of each agent. */
  private static Map<String, String> specs(Workspace workspace) throws Exception {
    Map<String, String> specs = new TreeMap<>();
    for (Object each : workspace.admin("/agents").getJsonArray("agents")) {
      JsonObject agent = (JsonObject) each;
      specs.put(
          agent.getString("name"),
          agent.getJsonObject("spec").encode()
              + agent.getBoolean("enabled")
              + agent.getValue("pinned"));
    }
    return specs;
  }

  private static void kill(Workspace workspace) throws Exception {
    ProcessHandle gateway = ProcessHandle.of(workspace.gatewayPid()).orElseThrow();
    gateway.destroyForcibly();
    gateway.onExit().get(10, TimeUnit.SECONDS);
  }

  private static void delete(Path folder) throws Exception {
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
  }
}
