package dev.nexusdelta.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SyncCommandTest {
  private static final String DEGRADED =
      "{\"sync\":\"degraded\",\"pending\":2,\"lagSeconds\":3.5,\"reason\":\"no answer\","
          + "\"refused\":[{\"agent\":\"Echo\",\"reason\":\"'schema' is 9\"}]}";

  @TempDir Path folder;
  private FakeGateway gateway;
  private CommandRun nexus;

  @BeforeEach
  void start() throws IOException {
    gateway = new FakeGateway();
    nexus = new CommandRun(folder);
  }

  @AfterEach
  void stop() {
    gateway.close();
  }

  private CommandRun.Result run(String... arguments) {
    String[] all = Arrays.copyOf(arguments, arguments.length + 2);
    all[arguments.length] = "--url";
    all[arguments.length + 1] = gateway.url();
    return nexus.run(all);
  }

  private void cluster(String registry) {
    gateway.on("GET /api/v1/cluster", 200, "{\"gateways\":[],\"registry\":" + registry + "}");
  }

  @Test
  void saysHowTheRegistryStands() {
    cluster(DEGRADED);
    assertThat(run("sync").out())
        .startsWith("degraded, 2 agents wait, for 3.5 s: no answer\n")
        .containsPattern("Echo +'schema' is 9");
    assertThat(run("sync", "-o", "json").out()).contains("\"pending\": 2");
  }

  @Test
  void saysThatItIsOff() {
    cluster("{\"sync\":\"off\",\"pending\":0,\"refused\":[]}");
    assertThat(run("sync").out()).startsWith("off: registry.firestore.project names no project");
  }

  @Test
  void describeTellsWhatStandsInTheWay() {
    cluster(DEGRADED);
    String spec = "\"spec\":{},\"status\":{\"state\":\"healthy\",\"replicas\":[]}}";
    gateway.on("GET /api/v1/agents/Data", 200, "{\"name\":\"Data\",\"sync\":\"pending\"," + spec);
    assertThat(run("describe", "Data").out())
        .contains(
            "Sync:     pending; the registry is degraded, 2 agents wait, for 3.5 s: no answer\n");
    gateway.on("GET /api/v1/agents/Echo", 200, "{\"name\":\"Echo\",\"sync\":\"refused\"," + spec);
    assertThat(run("describe", "Echo").out()).contains("Sync:     refused: 'schema' is 9\n");
    gateway.on("GET /api/v1/agents/Off", 200, "{\"name\":\"Off\",\"sync\":\"off\"," + spec);
    assertThat(run("describe", "Off").out()).doesNotContain("Sync:");
  }

  @Test
  void restoresTheNewestUnlessToldOtherwise() {
    gateway.on(
        "GET /api/v1/agents/Echo/superseded",
        200,
        "{\"superseded\":[{\"revision\":7,\"updated\":\"2026-01-01T00:00:00Z\",\"by\":\"cli\","
            + "\"spec\":{\"description\":\"mine\"}},{\"revision\":4,\"deleted\":true}]}");
    gateway.on("POST /api/v1/agents/Echo/superseded/7/restore", 200, "{\"name\":\"Echo\"}");
    gateway.on("POST /api/v1/agents/Echo/superseded/4/restore", 200, "{\"name\":\"Echo\"}");
    assertThat(run("sync", "superseded", "Echo").out())
        .containsPattern("7 .* cli +mine")
        .contains("(deleted)");
    assertThat(run("sync", "restore", "Echo").out())
        .isEqualTo("Echo is again as it was at revision 7\n");
    assertThat(run("sync", "restore", "Echo", "--revision", "4").out()).contains("revision 4");
  }

  @Test
  void saysWhereNothingGaveWay() {
    gateway.on("GET /api/v1/agents/Echo/superseded", 200, "{\"superseded\":[]}");
    CommandRun.Result none = run("sync", "restore", "Echo");
    assertThat(none.code()).isEqualTo(3);
    assertThat(none.err()).contains("no revision of agent 'Echo' gave way", "try: nexus events");
  }

  @Test
  void confirmsDeletions() {
    gateway.on(
        "POST /api/v1/cluster/confirm-deletions",
        200,
        "{\"registry\":{\"sync\":\"pending\",\"pending\":3,\"lagSeconds\":0.1}}");
    assertThat(run("sync", "confirm-deletions").out())
        .isEqualTo("confirmed: pending, 3 agents wait, for 0.1 s\n");
  }
}
