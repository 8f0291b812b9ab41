package dev.nexusdelta.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nexusdelta.sdk.JsonValue;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What commands show of a cluster of gateways. */
@Timeout(30)
class GatewaysCommandTest {
  private static final String CLUSTER = "GET /api/v1/cluster";
  private static final String HERE =
      """
      {"id":"data-1-a","gateway":"gw-1","host":"process","address":"127.0.0.1:8081","pid":77,"state":"healthy",
       "circuit":"closed","inflight":0,"memoryBytes":1048576,"start":{"ready":"0.5s"},"cpuSeconds":1}
      """;
  private static final String THERE =
      """
      {"id":"data-2-b","gateway":"gw-2","host":"process","address":"127.0.0.1:8082","pid":78,"state":"healthy",
       "circuit":"closed","inflight":0,"start":{}}
      """;

  @TempDir private Path folder;
  private FakeGateway gateway;
  private CommandRun nexus;

  @BeforeEach
  void open() throws IOException {
    gateway = new FakeGateway();
    nexus = new CommandRun(folder).env("NEXUS_URL", gateway.url());
  }

  @AfterEach
  void close() {
    gateway.close();
  }

  /** The first of them is the one that answers. */
  private String cluster(int present, List<String> away, List<String> drained, int size) {
    List<JsonValue> gateways = new ArrayList<>();
    for (int i = 1; i <= present; i++) {
      gateways.add(
          JsonValue.object()
              .with("name", "gw-" + i)
              .with("url", i == 1 ? gateway.url() : "http://127.0.0.1:" + i)
              .with("member", "127.0.0.1:570" + i)
              .with("pid", 10 + i)
              .with("version", "1.2")
              .with("leader", i == 1));
    }
    return JsonValue.object()
        .with("gateways", gateways)
        .with("away", away)
        .with("drained", drained)
        .with("size", size)
        .toString();
  }

  private void show(boolean several) {
    String places =
        "[{\"gateway\":\"gw-1\",\"wanted\":1,\"ready\":1},{\"gateway\":\"gw-2\",\"wanted\":1,\"ready\":1}]";
    String status =
        "\"status\":{\"state\":\"healthy\",\"replicas\":["
            + (several ? HERE + "," + THERE : HERE)
            + "],\"placement\":"
            + (several ? places : "[]")
            + "}";
    String agent = "{\"name\":\"Data\",\"spec\":{}," + status + "}";
    String replicas = "{\"replicas\":[" + (several ? HERE + "," + THERE : HERE) + "]}";
    gateway.on("GET /api/v1/agents/Data", 200, agent);
    gateway.on("GET /api/v1/agents", 200, "{\"agents\":[" + agent + "]}");
    gateway.on("GET /api/v1/agents/Data/replicas", 200, replicas);
    gateway.on(CLUSTER, 200, cluster(several ? 2 : 1, List.of(), List.of(), several ? 2 : 1));
  }

  @Test
  void tellsWhoseAReplicaIsWhereThereAreSeveralGateways() {
    show(true);
    assertThat(nexus.run("describe", "Data").out())
        .containsPattern("REPLICA +GATEWAY +STATE .*START +REASON")
        .containsPattern("data-1-a +gw-1 +healthy +closed +127.0.0.1:8081 +77 .* ready 0.5s +-")
        .containsPattern("data-2-b +gw-2 +healthy +closed +127.0.0.1:8082 +78 .* - +-\n");
    assertThat(nexus.run("top", "--once").out())
        .containsPattern("REPLICA +GATEWAY +STATE +CPU +MEMORY")
        .containsPattern("data-1-a +gw-1 +healthy +0 % +1 MiB")
        .containsPattern("data-2-b +gw-2 +healthy +- +- +0 +closed");
    assertThat(nexus.run("top", "Data").out()).contains("GATEWAY");
  }

  @Test
  void oneGatewayNeedsNoName() {
    show(false);
    assertThat(nexus.run("describe", "Data").out()).contains("REPLICA").doesNotContain("GATEWAY");
    assertThat(nexus.run("top", "--once").out()).contains("REPLICA").doesNotContain("GATEWAY");
  }

  @Test
  void thePastIsToldInTheOrderOfItsTimes() {
    String told =
        """
        id: 1
        data: {"id":1,"at":"2026-01-01T00:00:02Z","type":"late","by":"a"}

        id: 2
        data: {"id":2,"at":"2026-01-01T00:00:01Z","type":"early","by":"b","gateway":"gw-2"}

        id: 3
        data: {"id":3,"at":"2026-01-01T00:00:02Z","type":"latest","by":"a"}

        """;
    gateway.on("GET /api/v1/events", 200, told, "Content-Type", "text/event-stream");
    assertThat(nexus.run("events").out().lines().map(line -> line.split(" +")[1]))
        .containsExactly("early", "late", "latest");
    assertThat(nexus.run("events", "-f").out().lines().map(line -> line.split(" +")[1]))
        .containsExactly("late", "early", "latest");
  }

  @Test
  void aStreamThatEndsIsNoSuccess() {
    String none = "";
    gateway.on("GET /api/v1/events", 200, none, "Content-Type", "text/event-stream");
    CommandRun.Result ended = nexus.run("events", "-f");
    assertThat(ended.code()).isEqualTo(1);
    assertThat(ended.err()).contains("the gateway has ended the stream");
    gateway.on("GET /api/v1/agents/a/logs", 200, none, "Content-Type", "application/x-ndjson");
    assertThat(nexus.run("logs", "a", "-f").code()).isEqualTo(1);
    assertThat(nexus.run("logs", "a").code()).isZero();
  }

  @Test
  void saysWhatIsWrongWithAFileOfAKey() throws IOException {
    Files.writeString(folder.resolve("empty.key"), "\n");
    for (String file : new String[] {"empty.key", "none.key"}) {
      CommandRun.Result refused = nexus.run("list", "--key-file", file);
      assertThat(refused.code()).isEqualTo(8);
      assertThat(refused.err()).contains(file).contains("try: --key-file");
    }
  }

  private String down() {
    gateway.on("POST /api/v1/shutdown", 202, "{}");
    CommandRun.Result result = nexus.run("down");
    assertThat(result.code()).as(result.err()).isZero();
    assertThat(gateway.requests().get(gateway.requests().size() - 1))
        .startsWith("POST /api/v1/shutdown");
    return result.err();
  }

  @Test
  void downOfOneOfSeveralSaysWhatItMeans() {
    gateway.on(CLUSTER, 200, cluster(3, List.of(), List.of(), 3));
    gateway.on(CLUSTER, 200, cluster(3, List.of(), List.of("gw-1"), 3));
    assertThat(down())
        .isEqualTo(
            "2 of 3 gateways remain; its replicas end: drain first to move them"
                + " (nexus drain gw-1 --wait)\n");
    assertThat(down()).isEqualTo("2 of 3 gateways remain; it is drained\n");
  }

  @Test
  void downWarnsWhereNoMajorityRemains() {
    gateway.on(CLUSTER, 200, cluster(2, List.of("gw-3"), List.of(), 3));
    gateway.on(CLUSTER, 200, cluster(2, List.of(), List.of(), 2));
    for (String left : List.of("1 of 3 gateways remains; ", "1 of 2 gateways remains; ")) {
      assertThat(down()).startsWith(left).contains("no majority remains: changes will be refused");
    }
  }

  @Test
  void downAdvisesNothingThatCannotBeDone() {
    gateway.on(CLUSTER, 200, cluster(2, List.of("gw-3", "gw-4"), List.of(), 4));
    gateway.on(CLUSTER, 200, cluster(1, List.of("gw-2"), List.of(), 2));
    assertThat(down())
        .isEqualTo(
            "1 of 4 gateways remains; its replicas end\n"
                + "no majority remains: changes will be refused until there is one again\n");
    assertThat(down()).isEqualTo("none of 2 gateways remains: nobody takes calls then\n");
  }

  @Test
  void downOfOneThatIsAloneSaysNoMore() {
    gateway.on(CLUSTER, 200, cluster(1, List.of(), List.of(), 1));
    assertThat(down()).isEmpty();
  }
}
