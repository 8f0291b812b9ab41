package dev.nexusdelta.host.docker;

import static org.assertj.core.api.Assertions.assertThat;

import com.github.dockerjava.api.model.Container;
import dev.nexusdelta.cli.Main;
import dev.nexusdelta.cli.shell.Shell;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What the command line does about containers whose gateway was killed. */
@NeedsEngine
@Timeout(120)
final class DownIT {
  private static final String SERVES = "trap 'exit 0' TERM; while true; do busybox sleep 0.1; done";

  private final String host =
      "nexus-test-%06x".formatted(ThreadLocalRandom.current().nextInt(1 << 24));
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();
  @TempDir private Path folder;

  private int type(String engine, String... words) {
    out.reset();
    err.reset();
    Shell shell =
        new Shell(
            new PrintStream(out, true, StandardCharsets.UTF_8),
            new PrintStream(err, true, StandardCharsets.UTF_8),
            new ByteArrayInputStream(new byte[0]),
            Map.of("PATH", "/usr/bin:/bin", "DOCKER_HOST", engine),
            folder,
            false,
            Optional.empty(),
            "nexus");
    return Main.run(shell, words);
  }

  private Path killedGateway() throws IOException {
    Path data = Files.createDirectories(folder.resolve(".nexus"));
    Files.writeString(data.resolve("host.id"), host);
    Files.writeString(data.resolve("host.kind"), "docker\n");
    Files.writeString(folder.resolve("nexus.yaml"), "host: docker\n");
    return data;
  }

  @Test
  void doctorListsThemAndDownEndsThem() throws IOException {
    String address = EngineCondition.address().toString();
    Path data = killedGateway();
    try (TinyContainers engine = new TinyContainers(EngineCondition.address())) {
      String ours = engine.run(SERVES, Map.of("nexus.agent", "A", "nexus.host", host));
      String theirs = engine.run(SERVES, Map.of("nexus.agent", "A", "nexus.host", host + "x"));
      String name = engine.client().inspectContainerCmd(ours).exec().getName().substring(1);

      type(address, "doctor");
      assertThat(out.toString(StandardCharsets.UTF_8))
          .contains("containers: 1 without a gateway: " + name)
          .contains("nexus down to end and remove them")
          .containsPattern("engine: [0-9.]+[^ ]* \\(API 1\\.[0-9]+\\) at " + address);

      assertThat(type(address, "down")).isZero();
      assertThat(out.toString(StandardCharsets.UTF_8)).contains(name + " has ended");
      assertThat(engine.all()).extracting(Container::getId).containsExactly(theirs);
      assertThat(data.resolve("host.kind")).doesNotExist();
      assertThat(type(address, "down")).isZero();
      assertThat(err.toString(StandardCharsets.UTF_8)).contains("nothing to do");
    }
  }

  @Test
  void downSaysThatTheEngineDoesNotAnswerAndForgetsNothing() throws IOException {
    Path data = killedGateway();
    String nowhere = "unix://" + folder.resolve("none.sock");
    assertThat(type(nowhere, "down")).isEqualTo(9);
    assertThat(err.toString(StandardCharsets.UTF_8))
        .contains("containers of .nexus may be left")
        .contains("try: nexus doctor, and once the engine answers: nexus down");
    assertThat(data.resolve("host.kind")).exists();
    assertThat(type(nowhere, "doctor")).isEqualTo(1);
    assertThat(out.toString(StandardCharsets.UTF_8))
        .contains("wrong engine: " + nowhere + " is not there (environment DOCKER_HOST)")
        .contains("try: DOCKER_HOST= nexus doctor");
  }
}
