package dev.nexusdelta.fleet;

import static dev.nexusdelta.fleet.FleetHarness.get;
import static org.assertj.core.api.Assertions.assertThat;

import dev.nexusdelta.discovery.AgentSpec;
import dev.nexusdelta.host.TestPorts;
import dev.nexusdelta.host.process.ProcessHost;
import dev.nexusdelta.host.process.ProcessHostSettings;
import dev.nexusdelta.manifest.Run;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The fleet over the process host: real replicas, adopted, replaced, ended. */
class FleetOverProcessesIT {
  @TempDir Path root;
  private final FleetHarness test = new FleetHarness();
  private ProcessHost host;

  @BeforeEach
  void open() throws Exception {
    Files.createDirectories(root.resolve("agents/toy"));
    test.agents = root.resolve("agents");
    begin();
  }

  private void begin() {
    host =
        new ProcessHost(
            test.vertx.getOrCreateContext(),
            new ProcessHostSettings(
                root.resolve("data"),
                root.resolve("no-runtime"),
                Path.of(System.getProperty("java.home")),
                TestPorts.first(0),
                TestPorts.last(0),
                () -> "http://127.0.0.1:8080",
                System.getenv(),
                Duration.ofSeconds(5),
                1 << 20,
                4,
                (folder, manifest) -> "c0"),
            InstantSource.system(),
            System::nanoTime,
            new Random());
    test.hosts = Map.of("process", host);
    test.reopen();
  }

  /** The gateway dies; the replicas stay. */
  private void die() {
    get(test.fleet.close());
    get(host.close(false));
  }

  @AfterEach
  void close() {
    get(test.fleet.close());
    get(host.close(true));
    test.close();
  }

  private AgentSpec put(String command) {
    return test.put(Specs.manifest("Toy", new Run.Command(command), Duration.ofSeconds(20)));
  }

  private static String serve(String variant) {
    return "%s/bin/java -XX:TieredStopAtLevel=1 -XX:+UseSerialGC -Xmx32m -Dvariant=%s -cp %s %s"
        .formatted(
            System.getProperty("java.home"),
            variant,
            Path.of(Specs.class.getProtectionDomain().getCodeSource().getLocation().getPath()),
            "dev.nexusdelta.host.process.ToyAgent");
  }

  private List<Long> pids() {
    return test.status("Toy").replicas().stream().map(r -> r.pid().orElseThrow()).sorted().toList();
  }

  @Test
  void servesSurvivesReplacesAndEnds() {
    put(serve("one"));
    test.done("scale", test.edit("Toy", spec -> Specs.pinned(spec, 2)));
    List<Long> pids = pids();
    assertThat(pids).hasSize(2);

    die();
    begin();
    test.until("Toy", view -> view.healthy() == 2);
    assertThat(pids()).isEqualTo(pids);

    // a replica that dies is replaced
    ProcessHandle.of(pids.get(0)).orElseThrow().destroyForcibly();
    test.until("Toy", view -> view.healthy() < 2);
    test.until("Toy", view -> view.healthy() == 2);
    assertThat(pids()).contains(pids.get(1)).doesNotContain(pids.get(0));

    // a release that does not start leaves the old serving
    Operation failed = test.failed("change", put("sh -c 'echo cannot go on; exit 3'"));
    assertThat(failed.detail()).contains("exit code 3");
    assertThat(failed.lastLines()).contains("cannot go on");
    assertThat(test.view("Toy").healthy()).isEqualTo(2);

    List<Long> before = pids();
    test.done("change", put(serve("two")));
    assertThat(pids()).hasSize(2).doesNotContainAnyElementsOf(before);

    // deleted while no gateway runs
    List<ProcessHandle> running =
        pids().stream().map(pid -> ProcessHandle.of(pid).orElseThrow()).toList();
    die();
    test.edit("Toy", Specs::deleted);
    begin();
    running.forEach(process -> assertThat(process.onExit()).succeedsWithin(Duration.ofSeconds(10)));
  }
}
