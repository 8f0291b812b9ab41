package dev.nexusdelta.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Path;
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
}
