package dev.nexusdelta.admin;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nexusdelta.admin.Plane.Answer;
import dev.nexusdelta.discovery.AgentSpec;
import dev.nexusdelta.fleet.FleetEvent;
import dev.nexusdelta.manifest.AgentName;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FolderSyncTest {
  private static final AgentName ECHO = new AgentName("Echo");
  private static final String API = "/api/v1/agents/echo";

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

  private void sync() throws Exception {
    plane.folders.start().await(10, TimeUnit.SECONDS);
  }

  /** Written beside and moved, so that nobody reads half a file. */
  private void write(String file, String text) throws IOException {
    Path target = plane.agents.resolve(file);
    Files.createDirectories(target.getParent());
    Path draft = target.resolveSibling("." + target.getFileName() + ".tmp");
    Files.writeString(draft, text);
    Files.move(
        draft,
        target,
        java.nio.file.StandardCopyOption.REPLACE_EXISTING,
        java.nio.file.StandardCopyOption.ATOMIC_MOVE);
  }

  private static String yaml(String more) {
    return "name: Echo\nrun: {command: sleep 60}\n" + more;
  }

  private AgentSpec spec() {
    return plane.registry.agent(ECHO).orElseThrow();
  }

  private boolean has(String version) {
    return plane
        .registry
        .agent(ECHO)
        .filter(spec -> spec.manifest().version().equals(version))
        .isPresent();
  }

  @Test
  void appliesEveryFolderAtStart() throws Exception {
    write("echo/agent.yaml", yaml(""));
    write("other/agent.yaml", "name: Other\nrun: {url: 'http://192.0.2.1'}\n");
    write("broken/agent.yaml", "name: Broken\nrnu: {}\n");
    sync();
    assertThat(plane.registry.agents()).extracting(AgentSpec::name).hasSize(2).contains(ECHO);
    assertThat(spec().enabled()).isTrue();
    assertThat(spec().by()).isEqualTo("file");
    assertThat(spec().appliedHash()).isPresent();
    assertThat(spec().codeHash()).isNotEmpty();
    assertThat(plane.fleet.events.recent())
        .extracting(FleetEvent::type, FleetEvent::by)
        .containsExactly(org.assertj.core.groups.Tuple.tuple("file.refused", "file"));
    assertThat(plane.fleet.events.recent().get(0).reason())
        .contains("broken/agent.yaml:2:")
        .contains("run");
    JsonObject refused =
        plane.get("/api/v1/agents").json().getJsonArray("refused").getJsonObject(0);
    assertThat(refused.getString("name")).isEqualTo("broken");
    assertThat(refused.getJsonArray("faults").encode()).contains("broken/agent.yaml:2:");
  }

  @Test
  void followsChangesWhileRunning() throws Exception {
    sync();
    write("echo/agent.yaml", yaml("version: 1\n"));
    Plane.until("created", () -> has("1"));
    write("echo/agent.yaml", yaml("version: 2\n"));
    Plane.until("changed", () -> has("2"));
  }

  @Test
  void leavesTheRegistryAloneWhileTheFileIsTheSame() throws Exception {
    write("echo/agent.yaml", yaml("version: 1\n"));
    sync();
    plane.patch(API, new JsonObject().put("version", "hand").put("port", 9000));
    write("echo/notes.log", "no code");
    Answer applied = plane.post(API + "/apply", new JsonObject());
    assertThat(applied.status()).isEqualTo(200);
    assertThat(spec().manifest().version()).isEqualTo("hand");
    JsonObject source = plane.get(API).json().getJsonObject("source");
    assertThat(source.getBoolean("applied")).isTrue();
    assertThat(source.getString("file")).endsWith("echo/agent.yaml");
    assertThat(source.getJsonArray("drift").getJsonObject(0))
        .isEqualTo(new JsonObject().put("key", "port").putNull("file").put("registry", 9000));
    assertThat(source.getJsonArray("drift").getJsonObject(1))
        .isEqualTo(new JsonObject().put("key", "version").put("file", "1").put("registry", "hand"));
    write("echo/agent.yaml", yaml("version: 3\n"));
    Plane.until("the new content counts", () -> has("3"));
    assertThat(plane.get(API).json().getJsonObject("source").getJsonArray("drift")).isEmpty();
  }

  @Test
  void takesUpNewCode() throws Exception {
    write("echo/agent.yaml", yaml(""));
    write("echo/run.sh", "one");
    sync();
    String before = spec().codeHash();
    write("echo/run.sh", "two");
    Plane.until("new code", () -> !spec().codeHash().equals(before));
    assertThat(spec().manifest().version()).isEqualTo("1.0.0");
  }

  @Test
  void keepsTheAgentWhenItsFolderVanishes() throws Exception {
    write("echo/agent.yaml", yaml(""));
    sync();
    long revision = spec().revision();
    Files.delete(plane.agents.resolve("echo/agent.yaml"));
    Files.delete(plane.agents.resolve("echo"));
    Plane.until(
        "seen", () -> plane.get(API).json().getJsonObject("source").getString("file") == null);
    assertThat(spec().revision()).isEqualTo(revision);
  }

  @Test
  void keepsTheLastGoodContentAndShowsTheFaults() throws Exception {
    write("echo/agent.yaml", yaml("version: 1\n"));
    sync();
    write("echo/agent.yaml", yaml("vresion: 2\n"));
    Plane.until(
        "shown",
        () -> !plane.get(API).json().getJsonObject("source").getJsonArray("faults").isEmpty());
    assertThat(has("1")).isTrue();
    JsonObject source = plane.get(API).json().getJsonObject("source");
    assertThat(source.getBoolean("applied")).isFalse();
    assertThat(source.getJsonArray("faults").getString(0))
        .contains("agent.yaml:3:")
        .contains("version");
    Answer applied = plane.post(API + "/apply", new JsonObject());
    assertThat(applied.status()).isEqualTo(422);
    assertThat(applied.json().getJsonArray("errors").getJsonObject(0).getString("pointer"))
        .contains("agent.yaml:3:");
    Plane.until("told", () -> plane.fleet.events.recent().size() == 1);
    write("echo/agent.yaml", yaml("version: 2\n"));
    Plane.until("mended", () -> has("2"));
  }

  @Test
  void theSameContentNeverBringsADeletedAgentBack() throws Exception {
    write("echo/agent.yaml", yaml("version: 1\n"));
    sync();
    plane.send("DELETE", API, null, Map.of());
    assertThat(plane.post(API + "/apply", new JsonObject()).status()).isEqualTo(409);
    plane.folders.close().await(10, TimeUnit.SECONDS);
    try (Plane next = new Plane(root)) {
      // Another life of the gateway over the same registry.
      AgentSpec tombstone = plane.registry.agentOrTombstone(ECHO).orElseThrow();
      next.registry
          .edit(ECHO, java.util.OptionalLong.empty(), "test", stored -> tombstone)
          .await(10, TimeUnit.SECONDS);
      next.folders.start().await(10, TimeUnit.SECONDS);
      assertThat(next.registry.agent(ECHO)).isEmpty();
      write("echo/agent.yaml", yaml("version: 2\n"));
      Plane.until("new content", () -> next.registry.agent(ECHO).isPresent());
    }
  }

  @Test
  void aDeletedAgentMayBeMadeByHand() throws Exception {
    write("echo/agent.yaml", yaml(""));
    sync();
    plane.send("DELETE", API, null, Map.of());
    assertThat(plane.post("/api/v1/agents", Plane.manifest("Echo")).status()).isEqualTo(201);
    assertThat(plane.get(API).json().getJsonObject("source").getBoolean("applied")).isTrue();
  }

  @Test
  void deletingBuriesAlsoWhatWasNotAppliedYet() throws Exception {
    plane.post("/api/v1/agents", Plane.manifest("Echo"));
    write("echo/agent.yaml", yaml(""));
    plane.send("DELETE", API, null, Map.of());
    sync();
    assertThat(plane.registry.agent(ECHO)).isEmpty();
  }

  @Test
  void appliesAFileOnDemand() throws Exception {
    assertThat(plane.post(API + "/apply", new JsonObject()).status()).isEqualTo(404);
    write("echo/agent.yaml", yaml(""));
    Answer preview = plane.post(API + "/apply?dryRun=true", new JsonObject());
    assertThat(preview.json().getBoolean("created")).isTrue();
    assertThat(plane.registry.agents()).isEmpty();
    assertThat(plane.post(API + "/apply", new JsonObject()).status()).isEqualTo(201);
    write("echo/agent.yaml", yaml("version: 2\n"));
    Answer changed = plane.post(API + "/apply", new JsonObject());
    assertThat(changed.json().getString("kind")).isEqualTo("change");
    assertThat(spec().by()).isEqualTo("api");
    assertThat(plane.post(API + "/apply", new JsonObject()).json().getString("kind")).isNull();
    // Taken up already, as when the file was seen to change: what became of it is told.
    plane.fleet.holds = false;
    Answer again = plane.post(API + "/apply", new JsonObject());
    assertThat(again.json().getString("kind")).isEqualTo("change");
    assertThat(again.header("Location")).startsWith("/api/v1/operations/");
    plane.post("/api/v1/agents", Plane.manifest("Lonely"));
    Answer none = plane.post("/api/v1/agents/lonely/apply", new JsonObject());
    assertThat(none.status()).isEqualTo(404);
    assertThat(none.json().getString("hint")).contains("registry alone");
  }

  @Test
  void wantsTheCodeOfJavaAgentsToBeThere() throws Exception {
    JsonObject java =
        new JsonObject().put("name", "Echo").put("run", new JsonObject().put("java", "Echo.java"));
    Answer missing = plane.post("/api/v1/agents", java);
    assertThat(missing.status()).isEqualTo(422);
    assertThat(missing.json().getJsonArray("errors").getJsonObject(0).getString("pointer"))
        .isEqualTo("/run/java");
    write("echo/Echo.java", "class Echo {}");
    assertThat(plane.post("/api/v1/agents", java).status()).isEqualTo(201);
    assertThat(spec().codeHash()).isNotEmpty();
    sync();
    String before = spec().codeHash();
    write("echo/Echo.java", "class Echo { int x; }");
    Plane.until("new code", () -> !spec().codeHash().equals(before));
    Files.delete(plane.agents.resolve("echo/Echo.java"));
    String last = spec().codeHash();
    write("echo/agent.yaml", "name: Echo\nversion: 2\nrun: {java: Echo.java}\n");
    Plane.until("applied", () -> has("2"));
    assertThat(spec().codeHash()).isNotEqualTo(last);
  }

  @Test
  void tellsWhyAnUnknownAgentIsUnknown() throws Exception {
    write("echo/agent.yaml", "name: Echo\n");
    sync();
    Answer answer = plane.get(API);
    assertThat(answer.status()).isEqualTo(404);
    assertThat(answer.json().getString("hint")).contains("agent.yaml:1:1").contains("run");
  }

  @Test
  void keepsWhatWasSetByHandBesideTheFile() throws Exception {
    write("echo/agent.yaml", yaml(""));
    sync();
    plane.post(API + "/scale", new JsonObject().put("replicas", 2));
    plane.post(API + "/stop", new JsonObject());
    write("echo/agent.yaml", yaml("version: 2\n"));
    Plane.until("applied", () -> has("2"));
    assertThat(spec().enabled()).isFalse();
    assertThat(spec().pinned()).hasValue(2);
    assertThat(Optional.of(spec()).map(AgentSpec::generation)).contains(0);
  }
}
