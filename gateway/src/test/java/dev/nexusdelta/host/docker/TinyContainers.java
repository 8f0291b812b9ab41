package dev.nexusdelta.host.docker;

import static org.assertj.core.api.Assertions.assertThat;

import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.api.command.BuildImageResultCallback;
import com.github.dockerjava.api.exception.DockerException;
import com.github.dockerjava.api.model.Container;
import com.github.dockerjava.api.model.ExposedPort;
import com.github.dockerjava.api.model.HostConfig;
import com.github.dockerjava.api.model.Network;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;

/**
 * Containers of one static busybox for tests, without a network; all that was made is removed at
 * the end. Where the machine has no busybox, the test is skipped with the reason.
 */
final class TinyContainers implements AutoCloseable {
  private static final Path BUSYBOX = Path.of("/bin/busybox");
  private static final String LABEL = "nexus.test";

  private final String mark =
      "nexus-test-%06x".formatted(ThreadLocalRandom.current().nextInt(1 << 24));
  private final EngineClients clients;
  private final String image;

  TinyContainers(EngineAddress address) throws IOException {
    if (!Files.exists(BUSYBOX)) {
      String reason = "no %s: install the package busybox-static".formatted(BUSYBOX);
      assertThat(System.getenv("CI")).as(reason).isNotEqualTo("true");
      Assumptions.abort(reason);
    }
    clients = new EngineClients(address, Duration.ofSeconds(30));
    String file =
        "FROM scratch\nCOPY busybox /bin/busybox\nENTRYPOINT [\"/bin/busybox\",\"sh\",\"-c\"]\n";
    image = mark + ":1";
    client()
        .buildImageCmd(
            TestArchive.of(
                Map.of(
                    "Dockerfile",
                    file.getBytes(StandardCharsets.UTF_8),
                    "busybox",
                    Files.readAllBytes(BUSYBOX))))
        .withTags(Set.of(image))
        .withLabels(mark())
        .exec(new BuildImageResultCallback())
        .awaitImageId();
  }

  DockerClient client() {
    return clients.calls();
  }

  /** What the streams under test go over. */
  EngineWire wire() {
    return EngineWire.of(clients.streams(), new ReopenDelay(new Random()), System::nanoTime);
  }

  /** Starts a container of {@code busybox sh}; its programs are called {@code busybox sleep 1}. */
  String run(String script, Map<String, String> labels) {
    String id = create(script, labels);
    client().startContainerCmd(id).exec();
    return id;
  }

  String run(String script) {
    return run(script, Map.of());
  }

  String create(String script, Map<String, String> labels) {
    return create(script, labels, HostConfig.newHostConfig().withNetworkMode("none"));
  }

  /** With surroundings of its own, and ports that the container says it listens on. */
  String create(
      String script, Map<String, String> labels, HostConfig surroundings, ExposedPort... ports) {
    Map<String, String> all = new HashMap<>(labels);
    all.put(LABEL, mark);
    return client()
        .createContainerCmd(image)
        .withCmd(script)
        .withLabels(all)
        .withHostConfig(surroundings)
        .withExposedPorts(ports)
        .exec()
        .getId();
  }

  void remove(String id) {
    client().removeContainerCmd(id).withForce(true).exec();
  }

  /** Whether these are labels of a container made here: others use the engine too. */
  boolean made(Map<String, String> labels) {
    return mark.equals(labels.get(LABEL));
  }

  List<Container> all() {
    return client().listContainersCmd().withShowAll(true).withLabelFilter(mark()).exec();
  }

  @Override
  public void close() {
    try {
      all().forEach(container -> remove(container.getId()));
      // By its name: the same content, made by another test meanwhile, is the same image.
      client().removeImageCmd(mark + ":1").withForce(true).exec();
    } finally {
      clients.close();
    }
  }

  /**
   * By their ids, as a name may mean several, and with patience: what was just removed may be on
   * one for another moment.
   */
  static void removeNetworks(DockerClient client, String name) {
    until(
        "networks " + name + " are gone",
        () -> {
          List<Network> left = client.listNetworksCmd().withNameFilter(name).exec();
          left.forEach(network -> tryToRemove(client, network));
          return left.isEmpty();
        });
  }

  private static void tryToRemove(DockerClient client, Network network) {
    try {
      client.removeNetworkCmd(network.getId()).exec();
    } catch (DockerException stillInUseOrGone) {
      // The next list tells.
    }
  }

  private Map<String, String> mark() {
    return Map.of(LABEL, mark);
  }

  /** Threads of streams that live now. */
  static List<String> threads() {
    return Thread.getAllStackTraces().keySet().stream()
        .map(Thread::getName)
        .filter(name -> name.startsWith(EngineStream.THREADS))
        .toList();
  }

  /** Sockets that this process has open. */
  static long sockets() {
    try (Stream<Path> open = Files.list(Path.of("/proc/self/fd"))) {
      return open.filter(TinyContainers::isSocket).count();
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  private static boolean isSocket(Path descriptor) {
    try {
      return Files.readSymbolicLink(descriptor).toString().startsWith("socket:");
    } catch (IOException closedMeanwhile) {
      return false;
    }
  }

  static void until(String what, BooleanSupplier holds) {
    until(what, holds, () -> "");
  }

  /** Waits up to 20 s. */
  static void until(String what, BooleanSupplier holds, Supplier<Object> state) {
    long end = System.nanoTime() + Duration.ofSeconds(20).toNanos();
    while (!holds.getAsBoolean()) {
      assertThat(System.nanoTime()).as("%s; is %s", what, state.get()).isLessThan(end);
      LockSupport.parkNanos(2_000_000);
    }
  }

  /** No thread and no more sockets than before. */
  static void untilNothingIsLeft(long socketsBefore) {
    until("threads have ended", () -> threads().isEmpty(), TinyContainers::threads);
    until(
        "sockets are closed",
        () -> sockets() <= socketsBefore,
        () -> sockets() + " of " + socketsBefore);
  }
}
