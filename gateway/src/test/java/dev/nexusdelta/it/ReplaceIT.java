package dev.nexusdelta.it;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nexusdelta.app.Callers;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** {@code nexus up --replace}: nobody who calls notices, and no agent either. */
class ReplaceIT {
  private static final int PER_SECOND = 200;
  private static final String MAIN = "dev.nexusdelta.app.GatewayMain";

  @Test
  void noCallFailsWhileTheGatewayIsReplaced() throws Exception {
    replaced(1);
  }

  @Tag("long")
  @Test
  void norWhenItIsReplacedAgainAndAgain() throws Exception {
    replaced(5);
  }

  private static void replaced(int times) throws Exception {
    try (Workspace workspace = Workspace.open()) {
      workspace.addSample("mathagent");
      Workspace.Typed up = workspace.typeWell("./nexus up -d --replace");
      assertThat(up.err()).contains("no gateway runs that could be replaced");
      List<Long> agents = workspace.pids("mathagent");
      try (Callers callers = callers(workspace)) {
        callers.run(PER_SECOND);
        for (int time = 0; time < times; time++) {
          long old = workspace.gatewayPid();
          workspace.typeWell("./nexus up -d --replace");
          assertThat(workspace.gatewayPid()).isNotEqualTo(old);
          callers.run(PER_SECOND);
          Workspace.await("the old one has left", Duration.ofSeconds(15), () -> !alive(old));
        }
        callers.run(PER_SECOND);
        assertThat(callers.failures()).as("of %s calls", callers.answered()).isEmpty();
      }
      assertThat(workspace.pids("mathagent")).as("the same processes").isEqualTo(agents);
      assertThat(Files.readString(workspace.data().resolve("logs/gateway.log")))
          .doesNotContain("shared at first")
          .doesNotContain("did not end");
    }
  }

  /** Killed later and later on its way: calls go on all the time. */
  @Tag("long")
  @Test
  void aSuccessorKilledOnItsWayChangesNothing() throws Exception {
    try (Workspace workspace = Workspace.open()) {
      workspace.addSample("mathagent");
      workspace.typeWell("./nexus up -d");
      List<Long> agents = workspace.pids("mathagent");
      long gateway = workspace.gatewayPid();
      try (Callers callers = callers(workspace)) {
        for (int kill = 0; kill < 4; kill++) {
          Process up = handingOver(workspace);
          LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(50L * kill));
          gateways(workspace).filter(pid -> pid != gateway).forEach(ReplaceIT::kill);
          assertThat(up.waitFor(30, TimeUnit.SECONDS)).isTrue();
          assertThat(up.exitValue()).as("the command tells").isNotZero();
          Workspace.await("it owns all again", Duration.ofSeconds(15), () -> scales(workspace));
        }
        callers.run(PER_SECOND);
        assertThat(callers.failures()).as("of %s calls", callers.answered()).isEmpty();
      }
      assertThat(workspace.gatewayPid()).isEqualTo(gateway);
      assertThat(workspace.pids("mathagent")).isEqualTo(agents);
    }
  }

  @Tag("long")
  @Test
  void aGatewayKilledOnItsWayOutIsFollowedAllTheSame() throws Exception {
    try (Workspace workspace = Workspace.open()) {
      workspace.addSample("mathagent");
      workspace.typeWell("./nexus up -d");
      List<Long> agents = workspace.pids("mathagent");
      for (int kill = 0; kill < 3; kill++) {
        long gateway = workspace.gatewayPid();
        Process up = handingOver(workspace);
        LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(300L * kill));
        kill(gateway);
        assertThat(up.waitFor(60, TimeUnit.SECONDS)).isTrue();
        assertThat(up.exitValue()).isZero();
        assertThat(workspace.gatewayPid()).isNotEqualTo(gateway);
        assertThat(scales(workspace)).isTrue();
        assertThat(workspace.pids("mathagent")).isEqualTo(agents);
      }
    }
  }

  /** A command that replaces the gateway, in the moment when everything has been given up. */
  private static Process handingOver(Workspace workspace) throws IOException {
    long before = handedOver(workspace);
    Path none = Path.of("/dev/null");
    Process up = workspace.start("exec ./nexus up -d --replace", none, none);
    Workspace.await(
        "it is handed over", Duration.ofSeconds(60), () -> handedOver(workspace) > before);
    return up;
  }

  private static long handedOver(Workspace workspace) {
    try {
      return Files.readAllLines(workspace.data().resolve("logs/gateway.log")).stream()
          .filter(line -> line.contains("handed over; calls go on"))
          .count();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static boolean scales(Workspace workspace) {
    try {
      return workspace.type("./nexus scale mathagent=1").code() == 0;
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }

  private static Stream<Long> gateways(Workspace workspace) {
    return workspace.processes().stream().map(ProcessHandle::pid).filter(ReplaceIT::isGateway);
  }

  /** Not by the process handle, which gives up on long command lines. */
  private static boolean isGateway(long pid) {
    try {
      return Files.readString(Path.of("/proc/" + pid + "/cmdline")).contains(MAIN);
    } catch (IOException gone) {
      return false;
    }
  }

  private static void kill(long pid) {
    ProcessHandle.of(pid).ifPresent(ProcessHandle::destroyForcibly);
  }

  private static boolean alive(long pid) {
    return ProcessHandle.of(pid).map(ProcessHandle::isAlive).orElse(false);
  }

  private static Callers callers(Workspace workspace) {
    return new Callers(
        URI.create(workspace.url()).getPort(),
        "/agents/mathagent/execute",
        PER_SECOND,
        "derivative",
        "{\"expression\":\"x^2\"}");
  }
}
