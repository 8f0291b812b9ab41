package dev.nexusdelta.host.process;

import dev.nexusdelta.discovery.Release;
import dev.nexusdelta.host.ReplicaHostTck;
import dev.nexusdelta.host.TestAgents;
import dev.nexusdelta.host.TestPorts;
import dev.nexusdelta.manifest.Run;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.locks.LockSupport;

/** Process hosts on one data folder, and releases that run {@link ToyAgent}. */
final class HostFixture implements AutoCloseable {
  final Path root;
  final Path data;
  final Path agents;
  final Vertx vertx = Vertx.vertx(new VertxOptions().setEventLoopPoolSize(1).setWorkerPoolSize(1));
  Map<String, String> environment = new HashMap<>(System.getenv());
  Duration grace = Duration.ofSeconds(10);
  long logBytes = 10 << 20;
  Path agentRuntime;

  HostFixture(Path root) {
    this.root = root;
    this.data = root.resolve("data");
    this.agents = root.resolve("agents");
    this.agentRuntime = root.resolve("no-runtime");
  }

  ProcessHost newHost() {
    return new ProcessHost(
        vertx.getOrCreateContext(),
        settings(),
        InstantSource.system(),
        System::nanoTime,
        new Random());
  }

  ProcessHostSettings settings() {
    return new ProcessHostSettings(
        data,
        agentRuntime,
        Path.of(System.getProperty("java.home")),
        TestPorts.first(0),
        TestPorts.last(0),
        () -> "http://127.0.0.1:8080",
        environment,
        grace,
        logBytes,
        4,
        (folder, manifest) -> "");
  }

  Release toy(String agent, String id) {
    return toy(agent, id, OptionalInt.empty(), Map.of(), List.of());
  }

  Release toy(
      String agent, String id, OptionalInt port, Map<String, String> env, List<String> secrets) {
    return TestAgents.release(agent, id, new Run.Command(toyCommand()), port, env, secrets);
  }

  /** Not {@code java} by name: the JDK of the test, wherever it is. */
  static String toyCommand() {
    return "%s/bin/java -XX:TieredStopAtLevel=1 -XX:+UseSerialGC -Xmx32m -Xshare:auto -cp %s %s"
        .formatted(System.getProperty("java.home"), testClasses(), ToyAgent.class.getName());
  }

  static Path testClasses() {
    try {
      return Path.of(ToyAgent.class.getProtectionDomain().getCodeSource().getLocation().toURI());
    } catch (URISyntaxException e) {
      throw new AssertionError(e);
    }
  }

  /** The runnable layout that the build has made. */
  static Path layout() {
    return Path.of(System.getProperty("nexus.home", "..")).resolve("target/nexus").toAbsolutePath();
  }

  /** Waits, with a deadline, for what no event tells. */
  static void await(Callable<Boolean> condition) throws Exception {
    long end = System.nanoTime() + Duration.ofSeconds(30).toNanos();
    while (!condition.call()) {
      if (System.nanoTime() > end) {
        throw new AssertionError("not within 30 s");
      }
      LockSupport.parkNanos(5_000_000);
    }
  }

  Path folder(String agent) {
    try {
      return Files.createDirectories(agents.resolve(agent.toLowerCase(java.util.Locale.ROOT)));
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  /** Ends what a failed test has left, and says so. */
  @Override
  public void close() throws IOException {
    ReplicaHostTck.get(vertx.close());
    Path id = data.resolve("host.id");
    if (!Files.exists(id)) {
      return;
    }
    String owner = Files.readString(id);
    Proc proc = new Proc(Path.of("/proc"));
    List<Long> left =
        proc.all().stream()
            .filter(Proc.Stat::alive)
            .map(Proc.Stat::pid)
            .filter(pid -> owner.equals(proc.environment(pid).get(Group.OWNER)))
            .toList();
    new Group(proc, owner).kill(left);
    if (!left.isEmpty()) {
      throw new AssertionError("processes were left behind: " + left);
    }
  }
}
