package dev.nexusdelta.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FleetHostTest {
  @TempDir private Path data;

  @Test
  void aRunningFleetNeverChangesHost() throws IOException {
    FleetHost killed = FleetHost.claim(data, "docker");
    killed.opened(() -> true);
    assertThat(FleetHost.remembered(data)).contains("docker");
    assertThatThrownBy(() -> FleetHost.claim(data, "process"))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("runs on host 'docker', and this start asks for host 'process'")
        .hasMessageContaining("nexus down");
    assertThat(FleetHost.conflict(data, "docker")).isEmpty();
    FleetHost next = FleetHost.claim(data, "docker");
    next.opened(() -> true);
    next.close();
    assertThat(FleetHost.remembered(data)).contains("docker");
  }

  @Test
  void isForgottenOnceItHasStoppedEveryReplica() throws IOException {
    FleetHost host = FleetHost.claim(data, "docker");
    host.opened(() -> true);
    host.ended();
    host.close();
    assertThat(FleetHost.remembered(data)).isEmpty();
    FleetHost.claim(data, "process");
    assertThat(FleetHost.remembered(data)).contains("process");
  }

  @Test
  void aFleetWithoutReplicasHoldsNobody() throws IOException {
    FleetHost host = FleetHost.claim(data, "process");
    host.opened(() -> false);
    host.close();
    assertThat(FleetHost.remembered(data)).isEmpty();
  }

  @Test
  void aFailedFirstStartHoldsNobodyButALaterOneForgetsNothing() throws IOException {
    FleetHost.claim(data, "docker").close();
    assertThat(FleetHost.remembered(data)).isEmpty();
    FleetHost.claim(data, "docker").opened(() -> true);
    FleetHost.claim(data, "docker").close();
    assertThat(FleetHost.remembered(data)).contains("docker");
  }

  @Test
  void anEndThatFailedForgetsNothing() throws IOException {
    FleetHost host = FleetHost.claim(data, "docker");
    host.opened(() -> false);
    host.notEnded();
    host.close();
    assertThat(FleetHost.remembered(data)).contains("docker");
  }

  @Test
  void anEngineThatWasAwayAllTheTimeMayRunTheFleet() throws Exception {
    for (boolean agents : new boolean[] {false, true}) {
      FleetHost.claim(data, "docker").opened(() -> true);
      Gateway gateway =
          Gateway.start(
              SettingsReader.read(
                  Map.of(
                      "host",
                      "docker",
                      "docker.socket",
                      "unix://" + data.resolve("none.sock"),
                      "listen",
                      "127.0.0.1:0",
                      "cluster.port",
                      "0",
                      "data",
                      data.toString(),
                      "agents",
                      Files.createDirectories(data.resolve("agents")).toString()),
                  Map.of(),
                  data),
              new Surroundings(
                  data,
                  Path.of(System.getProperty("java.home")),
                  Map.of(),
                  InstantSource.system(),
                  System::nanoTime,
                  new Random(),
                  ProcessHandle.current().pid(),
                  4096,
                  8L << 30),
              false);
      gateway.shutdown(agents);
      gateway.awaitEnd();
      assertThat(FleetHost.remembered(data)).as("with agents: %s", agents).contains("docker");
    }
  }
}
