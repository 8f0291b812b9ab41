package dev.nexusdelta.host.docker;

import static dev.nexusdelta.host.ReplicaHostTck.get;

import dev.nexusdelta.discovery.Release;
import dev.nexusdelta.host.TestAgents;
import dev.nexusdelta.host.TestPorts;
import dev.nexusdelta.host.process.ToyAgent;
import dev.nexusdelta.manifest.Manifest;
import dev.nexusdelta.manifest.Run;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Random;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.BiFunction;

/**
 * Docker hosts on one data folder, releases that run {@link ToyAgent} in an image of their own, and
 * an engine to look and to do mischief with. Everything carries a namespace of its own and is
 * removed in the end.
 */
final class DockerFixture implements AutoCloseable {
  static final String BASE = "nexus-delta-agent:latest";

  final Path root;
  final String namespace =
      "nexus-test-%06x".formatted(ThreadLocalRandom.current().nextInt(1 << 24));
  final Map<String, String> mark = Map.of("nexus.test", namespace);
  final Vertx vertx = Vertx.vertx(new VertxOptions().setEventLoopPoolSize(2).setWorkerPoolSize(1));
  final Engine engine;
  final Map<String, String> environment = new HashMap<>(System.getenv());
  DockerHostSettings.Reach reach = DockerHostSettings.Reach.LOOPBACK;
  Duration grace = Duration.ofSeconds(10);
  Path data;
  Path layout = layout();
  String base = BASE;
  BiFunction<Path, Manifest, String> codeHash = (folder, manifest) -> "";

  /** Where hosts believe the engine to be. */
  String address = EngineCondition.address().toString();

  private boolean toyMade;

  DockerFixture(Path root) {
    this.root = root;
    this.data = root.resolve("data");
    this.engine =
        new Engine(
            vertx.getOrCreateContext(),
            new EngineClients(EngineCondition.address(), Duration.ofSeconds(60)));
  }

  DockerHost newHost() {
    return new DockerHost(
        vertx.getOrCreateContext(),
        settings(),
        InstantSource.system(),
        System::nanoTime,
        new Random());
  }

  /** The gateway of these hosts is nobody. */
  private static final class NoDoor implements DockerHostSettings.Door {
    @Override
    public void open(Bridge bridge) {}

    @Override
    public String url(Bridge bridge) {
      return "http://" + bridge.address() + ":8080";
    }
  }

  DockerHostSettings settings() {
    return new DockerHostSettings(
        data,
        layout,
        Path.of(System.getProperty("java.home")),
        TestPorts.first(0),
        TestPorts.last(0),
        new NoDoor(),
        environment,
        grace,
        4,
        codeHash,
        address,
        reach,
        base,
        BASE,
        namespace);
  }

  /** The runnable layout that the build has made. */
  static Path layout() {
    return Path.of(System.getProperty("nexus.home", "..")).resolve("target/nexus").toAbsolutePath();
  }

  Release toy(String agent, String id) {
    return toy(agent, id, Map.of());
  }

  Release toy(String agent, String id, Map<String, String> env) {
    return TestAgents.release(
        agent, id, new Run.Image(toyImage(), 8080), OptionalInt.empty(), env, List.of());
  }

  Path folder(String agent) {
    try {
      return Files.createDirectories(
          root.resolve("agents").resolve(agent.toLowerCase(Locale.ROOT)));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  String toyImage() {
    String tag = namespace + "-toy:1";
    if (!toyMade) {
      build(
          tag,
          """
          FROM %s
          COPY ToyAgent.class /toy/dev/nexusdelta/host/process/ToyAgent.class
          ENTRYPOINT ["/nexus/java/bin/java", "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-Xms4m", \
          "-cp", "/toy", "dev.nexusdelta.host.process.ToyAgent"]
          """
              .formatted(BASE),
          Map.of("ToyAgent.class", toyClass()));
      toyMade = true;
    }
    return tag;
  }

  void build(String tag, String dockerfile, Map<String, byte[]> files) {
    Map<String, byte[]> all = new HashMap<>(files);
    all.put("Dockerfile", dockerfile.getBytes(StandardCharsets.UTF_8));
    int colon = tag.lastIndexOf(':');
    get(
        engine
            .build(TestArchive.of(all), tag, Map.of(), mark, line -> {})
            .compose(id -> engine.tag(id, tag.substring(0, colon), tag.substring(colon + 1))));
  }

  private static byte[] toyClass() {
    try (InputStream bytes = ToyAgent.class.getResourceAsStream("ToyAgent.class")) {
      return bytes.readAllBytes();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Removes all that carries the namespace, also what a failed test has left. */
  @Override
  public void close() {
    try {
      get(engine.containers(Map.of())).stream()
          .filter(c -> c.getNames() != null && c.getNames()[0].startsWith("/" + namespace))
          .forEach(c -> quietly(engine.remove(c.getId())));
      get(engine.images(Map.of())).stream()
          .filter(i -> i.getRepoTags() != null)
          .flatMap(i -> List.of(i.getRepoTags()).stream())
          .filter(tag -> tag.startsWith(namespace))
          .forEach(tag -> quietly(engine.removeImage(tag)));
      TinyContainers.removeNetworks(engine.clients().calls(), namespace);
      quietly(engine.removeVolume(namespace + "-owner"));
    } finally {
      engine.close();
      get(vertx.close());
    }
  }

  private static void quietly(Future<?> future) {
    get(future.otherwiseEmpty());
  }
}
