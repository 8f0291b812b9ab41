package dev.nexusdelta.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nexusdelta.cli.shell.ExitCode;
import dev.nexusdelta.cli.shell.Shell;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class JoiningTest {
  private static final String CLUSTER = "GET /api/v1/cluster";
  private static final String STARTING = "{\"gateways\":[{\"name\":\"gw-2\",\"leader\":false}]}";

  @TempDir Path folder;
  private final ByteArrayOutputStream said = new ByteArrayOutputStream();
  private FakeGateway gateway;

  @BeforeEach
  void start() throws IOException {
    gateway = new FakeGateway();
  }

  @AfterEach
  void stop() {
    gateway.close();
  }

  private Shell shell() {
    PrintStream err = new PrintStream(said, true, StandardCharsets.UTF_8);
    return new Shell(
        err,
        err,
        new ByteArrayInputStream(new byte[0]),
        Map.of(),
        folder,
        false,
        Optional.empty(),
        "nexus");
  }

  private Connection connection() {
    return Connection.to(URI.create(gateway.url()), "token");
  }

  private Joining joining(String... members) {
    return new Joining(shell(), connection(), List.of(members));
  }

  private String said() {
    return said.toString(StandardCharsets.UTF_8);
  }

  @Test
  void waitsUntilSomebodyLeads() {
    gateway
        .on(CLUSTER, 200, STARTING)
        .on(CLUSTER, 200, cluster(false))
        .on(CLUSTER, 200, cluster(true));
    Joining joining = joining("127.0.0.1:5701");
    joining.await(() -> false);
    assertThat(joining.isFound()).isTrue();
    assertThat(joining.isStuck()).isFalse();
    joining.warnIfInVain();
    assertThat(said().lines())
        .containsExactly(
            "looking for other gateways at 127.0.0.1:5701", "joined: 2 gateways, gw-1 leads");
  }

  private static String cluster(boolean led) {
    return "{\"gateways\":[{\"name\":\"gw-1\",\"member\":\"127.0.0.1:5701\",\"leader\":%s},"
            .formatted(led)
        + "{\"name\":\"gw-2\",\"member\":\"127.0.0.1:5702\",\"leader\":false}]}";
  }

  @Test
  void tellsThatNobodyAnswers() {
    gateway
        .on(CLUSTER, 200, STARTING)
        .on(
            CLUSTER,
            200,
            "{\"gateways\":[{\"name\":\"gw-2\",\"member\":\"127.0.0.1:5702\",\"leader\":false}],"
                + "\"trouble\":\"1 of the 2 gateways are there\"}");
    Joining joining = joining("127.0.0.1:5799");
    joining.await(() -> false);
    assertThat(joining.isFound()).isFalse();
    assertThat(joining.isStuck()).isTrue();
    assertThat(said()).doesNotContain("joined");
    assertThat(joining.inVain().exitCode()).isEqualTo(ExitCode.PARTLY);
    assertThat(joining.inVain())
        .hasMessageContaining("no other gateway answers at 127.0.0.1:5799")
        .hasMessageContaining("goes on looking");
    assertThat(joining.inVain().advice()).contains("127.0.0.1:5701").contains("/api/v1/cluster");
    joining.warnIfInVain();
    assertThat(said()).contains("warning: no other gateway answers at 127.0.0.1:5799");
  }

  @Test
  void whoIsToJoinNobodyAsksNobody() {
    Joining joining = joining();
    joining.await(() -> false);
    assertThat(joining.isFound()).isTrue();
    assertThat(gateway.requests()).isEmpty();
  }

  @Test
  void tellsWhichFoldersDoNotCount() throws IOException {
    Path agents = Files.createDirectories(folder.resolve("agents"));
    for (String name : List.of("mine", "theirs", "bad")) {
      Files.writeString(
          Files.createDirectories(agents.resolve(name)).resolve("agent.yaml"), "name: " + name);
    }
    String list =
        "{\"agents\":[{\"name\":\"Mine\",\"source\":{\"file\":\"agents/mine/agent.yaml\",\"applied\":true}},"
            + "%s,{\"name\":\"Bad\",\"source\":{\"file\":\"agents/bad/agent.yaml\",\"applied\":false,"
            + "\"faults\":[\"line 1\"]}},"
            + "{\"name\":\"Far\",\"source\":{\"file\":null,\"applied\":false}}]}";
    String theirs =
        "{\"name\":\"Theirs\",\"source\":{\"file\":\"agents/theirs/agent.yaml\",\"applied\":%s}}";
    gateway
        .on(CLUSTER, 200, cluster(true))
        .on("GET /api/v1/agents", 200, list.formatted(theirs.formatted(true)))
        .on("GET /api/v1/agents", 200, list.formatted(theirs.formatted(false)));
    Joining joining = joining("127.0.0.1:5701");
    joining.await(() -> false);
    joining.tellGivenWay(new Overview(shell(), connection(), Optional.empty()), agents);
    assertThat(said().lines())
        .containsExactly(
            "joined: 2 gateways, gw-1 leads",
            "agents/theirs/agent.yaml is not applied as it is now, for the cluster has another"
                + " Theirs (nexus describe Theirs compares them; nexus apply Theirs applies the"
                + " file)");
  }

  @Test
  void tellsThatNobodyLeadsYet() {
    gateway.on(CLUSTER, 200, cluster(false));
    Joining joining = joining("127.0.0.1:5701");
    joining.await(() -> true);
    assertThat(said()).contains("joined: 2 gateways, none leads yet");
  }
}
