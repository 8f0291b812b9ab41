package dev.nexusdelta.host.docker;

import static dev.nexusdelta.host.ReplicaHostTck.get;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import com.github.dockerjava.api.command.InspectContainerResponse;
import com.github.dockerjava.api.model.Capability;
import com.github.dockerjava.api.model.HostConfig;
import com.github.dockerjava.api.model.Network;
import com.github.dockerjava.api.model.Ports;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.concurrent.ThreadLocalRandom;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The engine's words against a real engine; what is made here carries a name of its own. */
@NeedsEngine
final class EngineIT {
  private static final int PORT = 29_998;

  private final String mark =
      "nexus-test-%06x".formatted(ThreadLocalRandom.current().nextInt(1 << 24));
  private final Map<String, String> ours = Map.of("nexus.test", mark);
  private Vertx vertx;
  private Engine engine;

  @BeforeEach
  void makeEngine() {
    vertx = Vertx.vertx();
    engine =
        new Engine(
            vertx.getOrCreateContext(),
            new EngineClients(EngineCondition.address(), Duration.ofSeconds(30)));
  }

  @AfterEach
  void removeAllThatWasMade() {
    try {
      get(engine.containers(ours)).forEach(c -> get(engine.remove(c.getId())));
      get(engine.images(ours)).forEach(i -> get(engine.removeImage(i.getId())));
      TinyContainers.removeNetworks(engine.clients().calls(), mark);
      failureOf(engine.removeVolume(mark));
    } finally {
      engine.close();
      get(vertx.close());
    }
  }

  @Test
  void createsContainersLockedInWhateverTheyAre() {
    String image = emptyImage();
    get(engine.createBridge(mark, Map.of(), ours));
    String id = get(engine.create(spec(image)));

    InspectContainerResponse made = get(engine.inspect(id));
    HostConfig host = made.getHostConfig();
    assertThat(made.getConfig().getUser()).isEqualTo("65532:65532");
    assertThat(host.getCapDrop()).containsExactly(Capability.ALL);
    assertThat(host.getCapAdd()).isNullOrEmpty();
    assertThat(host.getPrivileged()).isFalse();
    assertThat(host.getSecurityOpts()).containsExactly("no-new-privileges:true");
    assertThat(host.getReadonlyRootfs()).isTrue();
    assertThat(host.getTmpFs()).containsOnlyKeys("/tmp");
    assertThat(host.getTmpFs().get("/tmp")).contains("noexec", "nosuid", "nodev", "size=64m");
    assertThat(host.getPidsLimit()).isEqualTo(256);
    assertThat(host.getMemory()).isEqualTo(64L << 20);
    assertThat(host.getMemorySwap()).isEqualTo(64L << 20);
    assertThat(host.getNanoCPUs()).isEqualTo(500_000_000);
    assertThat(host.getUlimits()).hasSize(1);
    assertThat(host.getUlimits()[0].getName()).isEqualTo("nofile");
    assertThat(host.getUlimits()[0].getHard()).isEqualTo(4096);
    assertThat(host.getLogConfig().getConfig())
        .containsEntry("max-size", "10m")
        .containsEntry("max-file", "2")
        .containsEntry("mode", "non-blocking");
    assertThat(host.getInit()).isTrue();
    assertThat(host.getRestartPolicy().getName()).isIn("", "no");
    assertThat(host.getBinds()).isNullOrEmpty();
    assertThat(host.getDevices()).isNullOrEmpty();
    assertThat(host.getNetworkMode()).isEqualTo(mark);
    assertThat(host.getPidMode()).isNullOrEmpty();
    assertThat(host.getIpcMode()).isEqualTo("private");
    assertThat(host.getUtSMode()).isNullOrEmpty();
    assertThat(host.getUsernsMode()).isNullOrEmpty();
    for (Ports.Binding[] bindings : host.getPortBindings().getBindings().values()) {
      assertThat(bindings).hasSize(1);
      assertThat(bindings[0].getHostIp()).isEqualTo("127.0.0.1");
    }
    assertThat(made.getConfig().getHealthcheck().getTest()).containsExactly("NONE");
    assertThat(made.getConfig().getLabels()).containsKey("nexus.spec");
    assertThat(get(engine.containers(ours))).hasSize(1);
  }

  @Test
  void tellsFailuresApart() throws IOException {
    String image = emptyImage();
    get(engine.createBridge(mark, Map.of(), ours));
    assertThat(failureOf(engine.inspect(mark))).isInstanceOf(EngineFailure.NotFound.class);
    assertThat(failureOf(engine.image(mark + ":none"))).isInstanceOf(EngineFailure.NotFound.class);
    assertThat(failureOf(engine.create(spec(mark + ":none"))))
        .isInstanceOf(EngineFailure.NotFound.class);
    String id = get(engine.create(spec(image)));
    assertThat(failureOf(engine.create(spec(image))))
        .isInstanceOf(EngineFailure.Conflict.class)
        .hasMessageContaining(mark);
    assertThat(failureOf(engine.removeImage(image))).isInstanceOf(EngineFailure.Conflict.class);
    try (ServerSocket taken = new ServerSocket(PORT, 1, InetAddress.getLoopbackAddress())) {
      assertThat(failureOf(engine.start(id)))
          .isInstanceOf(EngineFailure.Refused.class)
          .hasMessageContaining(Integer.toString(taken.getLocalPort()));
    }
    get(engine.stop(id, Duration.ofSeconds(1)));
    assertThat(failureOf(engine.kill(id))).isInstanceOf(EngineFailure.Conflict.class);
    get(engine.remove(id));
    assertThat(failureOf(engine.remove(id))).isInstanceOf(EngineFailure.NotFound.class);
  }

  @Test
  void theFirstClaimOfAVolumeStays() {
    assertThat(get(engine.claimVolume(mark, Map.of("nexus.host", "one"))))
        .containsEntry("nexus.host", "one");
    assertThat(get(engine.claimVolume(mark, Map.of("nexus.host", "two"))))
        .containsEntry("nexus.host", "one");
  }

  @Test
  void makesOneBridgeOfAName() {
    get(engine.createBridge(mark, Map.of("com.docker.network.bridge.enable_icc", "false"), ours));
    assertThat(failureOf(engine.createBridge(mark, Map.of(), ours)))
        .isInstanceOf(EngineFailure.Conflict.class);
    Network made = get(engine.networks(mark)).get(0);
    assertThat(made.getOptions()).containsEntry("com.docker.network.bridge.enable_icc", "false");
    assertThat(made.getIpam().getConfig().get(0).getGateway()).isNotEmpty();
  }

  @Test
  void aBuildTellsItsLinesAndWhyItFails() {
    List<String> lines = new ArrayList<>();
    Throwable failure =
        failureOf(
            engine.build(
                TestArchive.of(
                    Map.of("Dockerfile", bytes("FROM scratch\nCOPY missing /missing\n"))),
                mark + ":1",
                Map.of(),
                ours,
                lines::add));
    assertThat(failure).isInstanceOf(EngineFailure.Refused.class).hasMessageContaining("missing");
    assertThat(lines).anyMatch(line -> line.contains("FROM scratch"));
  }

  @Test
  void aStepOfABuildHasBounds() {
    List<String> lines = new ArrayList<>();
    String file =
        "FROM %s\nUSER 0\nRUN [\"/nexus/java/bin/java\",\"-XshowSettings:system\",\"-version\",\"%s\"]\n"
            .formatted(DockerFixture.BASE, mark);
    get(
        engine
            .build(
                TestArchive.of(Map.of("Dockerfile", bytes(file))),
                mark + ":1",
                Map.of(),
                ours,
                lines::add)
            .compose(id -> engine.tag(id, mark, "1")));
    assertThat(lines)
        .anyMatch(line -> line.contains("Memory Limit: 1.00G"))
        .anyMatch(line -> line.contains("Memory & Swap Limit: 1.00G"))
        .anyMatch(line -> line.matches(".*CPU Shares: 5..us.*"));
  }

  @Test
  void anImageThatCannotBePulledSaysSo() {
    assertThat(failureOf(engine.pull("127.0.0.1:1/none:1", Optional.empty(), line -> {})))
        .isInstanceOf(EngineFailure.Refused.class)
        .hasMessageContaining("127.0.0.1:1");
  }

  private String emptyImage() {
    get(
        engine
            .build(
                TestArchive.of(
                    Map.of(
                        "Dockerfile",
                        bytes("FROM scratch\nCOPY x /x\nENTRYPOINT [\"/none\"]\n"),
                        "x",
                        bytes(mark))),
                mark + ":1",
                Map.of(),
                ours,
                line -> {})
            .compose(id -> engine.tag(id, mark, "1")));
    return mark + ":1";
  }

  private ContainerSpec spec(String image) {
    return new ContainerSpec(
        mark,
        image,
        Optional.empty(),
        List.of(),
        Map.of("A", "b"),
        ours,
        64L << 20,
        OptionalDouble.of(0.5),
        8080,
        PORT,
        mark,
        List.of(),
        Duration.ofSeconds(10));
  }

  private static Throwable failureOf(Future<?> future) {
    Throwable thrown = catchThrowable(() -> get(future));
    return thrown == null || thrown.getCause() == null ? thrown : thrown.getCause();
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
