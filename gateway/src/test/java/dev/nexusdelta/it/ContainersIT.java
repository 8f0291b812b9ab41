package dev.nexusdelta.it;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nexusdelta.host.docker.NeedsEngine;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.nio.file.Files;
import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/**
 * A fleet in containers, from outside: typed commands, the engine's own words, a killed gateway.
 */
@NeedsEngine
class ContainersIT {
  private static final String CALL =
      "{\"tool_name\":\"process_data\",\"parameters\":{\"data\":[1,3]}}";

  @Test
  void aFleetLivesInHardenedContainersThatOutliveTheGateway() throws Exception {
    try (Workspace workspace = Workspace.open()) {
      workspace.env("NEXUS_HOST", "docker");
      workspace.addSample("dataagent");
      workspace.addSample("mathagent");
      try {
        workspace.typeWell("./nexus up -d");
        workspace.typeWell("./nexus scale dataagent=3");
        assertThat(workspace.call("dataagent", CALL).body()).contains("\"mean\":2");
        assertThat(workspace.typeWell("./nexus describe dataagent").out()).contains("create ");
        assertThat(workspace.typeWell("./nexus top").out()).contains(" MiB");
        Map<String, String> before = containers(workspace);
        assertThat(before)
            .containsOnlyKeys(
                "nexus-agent-dataagent",
                "nexus-agent-dataagent.2",
                "nexus-agent-dataagent.3",
                "nexus-agent-mathagent");
        before.values().forEach(id -> hardened(inspect(workspace, id)));

        ProcessHandle gateway = ProcessHandle.of(workspace.gatewayPid()).orElseThrow();
        gateway.destroyForcibly();
        gateway.onExit().get(10, TimeUnit.SECONDS);
        workspace.typeWell("./nexus up -d");

        assertThat(containers(workspace)).isEqualTo(before);
        assertThat(workspace.call("dataagent", CALL).body()).contains("\"mean\":2");
        workspace.typeWell("docker rm -f nexus-agent-mathagent");
        Workspace.await(
            "another container in its place",
            Duration.ofSeconds(20),
            () -> replaced(workspace, before.get("nexus-agent-mathagent")));
        assertThat(workspace.typeWell("./nexus events").out()).contains("removed by hand");
      } finally {
        workspace.typeWell("./nexus down");
      }
      assertThat(containers(workspace)).isEmpty();
      assertThat(workspace.typeWell("docker network ls -q --filter name=^nexus$").out()).isEmpty();
      assertThat(workspace.typeWell("docker volume ls -q --filter name=^nexus-owner$").out())
          .isEmpty();
    }
  }

  @Test
  void theDemoHoldsInContainers() throws Exception {
    try (Workspace workspace = Workspace.open()) {
      assertThat(workspace.typeWell("./nexus demo --host docker").out())
          .contains("calls went to three replicas")
          .contains("nothing is left: the demo held");
    }
  }

  /** Ids of this folder's containers by name. */
  private static Map<String, String> containers(Workspace workspace) throws Exception {
    String host = Files.readString(workspace.data().resolve("host.id")).strip();
    String rows =
        workspace
            .typeWell(
                "docker ps -a --no-trunc --format '{{.Names}} {{.ID}}' --filter label=nexus.host="
                    + host)
            .out();
    Map<String, String> ids = new TreeMap<>();
    rows.lines().map(row -> row.split(" ")).forEach(row -> ids.put(row[0], row[1]));
    return ids;
  }

  private static boolean replaced(Workspace workspace, String gone) {
    try {
      String id = containers(workspace).get("nexus-agent-mathagent");
      return id != null
          && !id.equals(gone)
          && workspace.admin("/agents/mathagent").encode().contains("\"healthy\"");
    } catch (Exception e) {
      throw new AssertionError(e);
    }
  }

  private static JsonObject inspect(Workspace workspace, String id) {
    try {
      return new JsonArray(workspace.typeWell("docker inspect " + id).out()).getJsonObject(0);
    } catch (Exception e) {
      throw new AssertionError(e);
    }
  }

  private static void hardened(JsonObject container) {
    JsonObject config = container.getJsonObject("Config");
    assertThat(config.getString("User")).isEqualTo("65532:65532");
    assertThat(config.getJsonObject("Labels").getMap()).containsKeys("nexus.host", "nexus.release");
    JsonObject host = container.getJsonObject("HostConfig");
    assertThat(host.getJsonArray("CapDrop")).containsExactly("ALL");
    assertThat(host.getJsonArray("CapAdd")).isNull();
    assertThat(host.getJsonArray("SecurityOpt")).containsExactly("no-new-privileges:true");
    assertThat(host.getBoolean("ReadonlyRootfs")).isTrue();
    assertThat(host.getBoolean("Privileged")).isFalse();
    assertThat(host.getBoolean("Init")).isTrue();
    assertThat(host.getJsonObject("Tmpfs").getString("/tmp")).contains("noexec", "size=");
    assertThat(host.getLong("Memory")).isPositive().isEqualTo(host.getLong("MemorySwap"));
    assertThat(host.getInteger("PidsLimit")).isBetween(1, 256);
    assertThat(host.getJsonArray("Ulimits").encode()).contains("nofile");
    assertThat(host.getJsonObject("LogConfig").getJsonObject("Config").getMap())
        .containsKeys("max-size", "max-file");
    assertThat(host.getJsonObject("RestartPolicy").getString("Name")).isIn("no", "");
    assertThat(host.getJsonArray("Binds")).isNull();
    assertThat(container.getJsonArray("Mounts")).isEmpty();
    for (String mode : new String[] {"PidMode", "UTSMode", "UsernsMode"}) {
      assertThat(host.getString(mode)).as(mode).isEmpty();
    }
    assertThat(host.getString("IpcMode")).isEqualTo("private");
    assertThat(host.getString("NetworkMode")).isEqualTo("nexus");
    JsonObject bindings = host.getJsonObject("PortBindings");
    assertThat(bindings.fieldNames()).hasSize(1);
    bindings.forEach(
        port ->
            assertThat(((JsonArray) port.getValue()).getJsonObject(0).getString("HostIp"))
                .isEqualTo("127.0.0.1"));
  }
}
