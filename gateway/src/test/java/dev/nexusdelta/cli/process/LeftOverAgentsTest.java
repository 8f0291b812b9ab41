package dev.nexusdelta.cli.process;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(30)
class LeftOverAgentsTest {
  @TempDir private Path data;
  private final List<Process> started = new ArrayList<>();

  @AfterEach
  void end() {
    started.forEach(Process::destroyForcibly);
  }

  private Process start(String replica) throws IOException {
    ProcessBuilder builder = new ProcessBuilder("setsid", "sleep", "100");
    builder.environment().put("AGENT_REPLICA", replica);
    Process process = builder.start();
    started.add(process);
    // Until setsid has become sleep, /proc shows the environment of the helper that starts it.
    assertThat(
            dev.nexusdelta.cli.shell.Waiting.until(
                () ->
                    process.info().command().filter(c -> c.endsWith("sleep")).isPresent()
                        && environment(process).contains("AGENT_REPLICA=" + replica),
                Duration.ofSeconds(10),
                Duration.ofMillis(5)))
        .isTrue();
    return process;
  }

  /** Empty for a moment while the kernel puts the new program in the old one's place. */
  private static String environment(Process process) {
    try {
      return Files.readString(
          Path.of("/proc", Long.toString(process.pid()), "environ"), StandardCharsets.ISO_8859_1);
    } catch (IOException e) {
      return "";
    }
  }

  private void record(String id, long pid) throws IOException {
    Path folder = Files.createDirectories(data.resolve("replicas"));
    Files.writeString(
        folder.resolve(id + ".json"),
        "{\"id\":\"" + id + "\",\"agent\":\"A\",\"pid\":" + pid + "}");
  }

  @Test
  void endsThoseThatAreOurs() throws Exception {
    Process replica = start("a-1-x");
    record("a-1-x", replica.pid());
    LeftOverAgents agents = new LeftOverAgents(data);
    List<LeftOverAgents.Replica> found = agents.find();
    assertThat(found).extracting(LeftOverAgents.Replica::pid).containsExactly(replica.pid());
    assertThat(agents.end(found, false)).isEmpty();
    assertThat(replica.waitFor(20, TimeUnit.SECONDS)).isTrue();
    assertThat(agents.find()).isEmpty();
    assertThat(data.resolve("replicas/a-1-x.json")).doesNotExist();
  }

  @Test
  void touchesNobodyElse() throws Exception {
    Process stranger = start("b-1-y");
    record("a-1-x", stranger.pid());
    Files.writeString(data.resolve("replicas/broken.json"), "{");
    LeftOverAgents agents = new LeftOverAgents(data);
    assertThat(agents.find()).isEmpty();
    agents.end(List.of(new LeftOverAgents.Replica("a-1-x", "A", stranger.pid())), true);
    assertThat(stranger.isAlive()).isTrue();
  }

  @Test
  void findsNoneWhereNothingEverRan() {
    assertThat(new LeftOverAgents(data.resolve("nowhere")).find()).isEmpty();
  }
}
