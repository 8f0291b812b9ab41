package dev.nexusdelta.host.docker;

import static dev.nexusdelta.host.ReplicaHostTck.get;
import static org.assertj.core.api.Assertions.assertThat;

import com.github.dockerjava.api.model.ExposedPort;
import com.github.dockerjava.api.model.HostConfig;
import com.github.dockerjava.api.model.PortBinding;
import com.github.dockerjava.api.model.Ports;
import dev.nexusdelta.discovery.Release;
import dev.nexusdelta.host.Containers.Found;
import dev.nexusdelta.host.Containers.Listener;
import dev.nexusdelta.host.HostEvent;
import dev.nexusdelta.host.ObservedReplica;
import dev.nexusdelta.host.docker.DockerHostSettings.Reach;
import dev.nexusdelta.host.url.Permit;
import dev.nexusdelta.host.url.UrlHost;
import dev.nexusdelta.manifest.AgentName;
import dev.nexusdelta.manifest.ManifestReader;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ThreadLocalRandom;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Containers that somebody has started by hand are called, and left alone. */
@NeedsEngine
@Timeout(120)
final class LabelledContainersIT {
  private static final int PORT = 8000;
  private static final String SERVER =
      "busybox mkdir /www; echo $HOSTNAME >/www/health; busybox httpd -f -p 8000 -h /www";

  /** Far above what it takes, far below the period in which a URL host asks again. */
  private static final Duration SOON = Duration.ofSeconds(3);

  private final AgentName agent =
      new AgentName("Box-%06x".formatted(ThreadLocalRandom.current().nextInt(1 << 24)));
  private final Map<AgentName, List<Found>> told = new ConcurrentHashMap<>();
  private final List<String> refused = new CopyOnWriteArrayList<>();
  private final Map<String, ObservedReplica> live = new ConcurrentHashMap<>();
  private final String network = "nexus-test-" + agent.key();
  private Vertx vertx;
  private TinyContainers engine;
  private LabelledContainers containers;
  private UrlHost host;

  @BeforeEach
  void begin() throws IOException {
    vertx = Vertx.vertx();
    engine = new TinyContainers(EngineCondition.address());
    engine.client().createNetworkCmd().withName(network).withDriver("bridge").exec();
  }

  @AfterEach
  void end() {
    try {
      if (host != null) {
        get(host.close(true));
        get(containers.close());
      }
    } finally {
      engine.all().forEach(container -> engine.remove(container.getId()));
      TinyContainers.removeNetworks(engine.client(), network);
      engine.close();
      get(vertx.close());
    }
  }

  private void open(Reach reach) {
    containers =
        new LabelledContainers(
            vertx.getOrCreateContext(),
            EngineCondition.address().toString(),
            reach,
            System::nanoTime,
            new Random(1));
    host =
        new UrlHost(
            vertx.getOrCreateContext(),
            name -> Future.failedFuture("unknown name"),
            containers,
            Permit.ALL,
            Duration.ofHours(1),
            InstantSource.system(),
            new Random(2));
    get(host.open(this::happened));
    get(host.apply(release(), 1, List.of()));
    containers.open(
        new Listener() {
          @Override
          public void changed(AgentName name, List<Found> running) {
            told.put(name, running);
            host.containersChanged(name);
          }

          @Override
          public void refused(Optional<AgentName> name, String reason) {
            refused.add(reason);
          }
        });
  }

  private void happened(HostEvent event) {
    if (event instanceof HostEvent.Changed changed) {
      live.put(changed.replica().id(), changed.replica());
    } else if (event instanceof HostEvent.Gone gone) {
      live.remove(gone.replica().id());
    }
  }

  private Release release() {
    return ManifestReader.read("name: A\nrun: {url: 'container://" + agent + "'}")
        .fold(
            manifest ->
                new Release(
                    manifest.name(), "r", "1", manifest, "", 0, 100, List.of(), Instant.EPOCH),
            faults -> {
              throw new AssertionError(faults);
            });
  }

  private String start(HostConfig surroundings, String... labels) {
    Map<String, String> all = new HashMap<>(Map.of("nexus.agent", agent.value()));
    for (int i = 0; i < labels.length; i += 2) {
      all.put(labels[i], labels[i + 1]);
    }
    String id = engine.create(SERVER, all, surroundings, ExposedPort.tcp(PORT));
    engine.client().startContainerCmd(id).exec();
    return id;
  }

  private void await(int replicas) {
    long began = System.nanoTime();
    TinyContainers.until(
        replicas + " replicas", () -> live.size() == replicas, () -> live + " " + refused);
    assertThat(Duration.ofNanos(System.nanoTime() - began)).isLessThan(SOON);
  }

  private String call(ObservedReplica replica) {
    HttpRequest request =
        HttpRequest.newBuilder(
                URI.create("http://" + replica.address() + ":" + replica.port() + "/health"))
            .build();
    String[] answer = new String[1];
    TinyContainers.until(
        "an answer",
        () -> {
          try {
            answer[0] = HttpClient.newHttpClient().send(request, BodyHandlers.ofString()).body();
            return true;
          } catch (IOException notYet) {
            return false;
          } catch (InterruptedException e) {
            throw new AssertionError(e);
          }
        });
    return answer[0].strip();
  }

  @Test
  void comeAndGoAsReplicasAndAreNeverEndedByUs() {
    String first = start(bridge(), "nexus.version", "2.0");
    open(Reach.AUTO);
    await(1);
    ObservedReplica one = live.values().iterator().next();
    assertThat(one.port()).isEqualTo(PORT);
    assertThat(first).startsWith(call(one));
    String second = start(bridge());
    await(2);
    assertThat(told.get(agent)).extracting(Found::id).containsExactlyInAnyOrder(first, second);
    assertThat(told.get(agent)).extracting(Found::version).contains(Optional.of("2.0"));
    live.values().forEach(replica -> assertThat(call(replica)).isIn(shown(first), shown(second)));

    engine.client().pauseContainerCmd(second).exec();
    await(1);
    engine.client().unpauseContainerCmd(second).exec();
    await(2);
    engine.remove(first);
    await(1);
    assertThat(second).startsWith(call(live.values().iterator().next()));

    get(host.close(true));
    get(containers.close());
    assertThat(engine.all())
        .extracting(container -> container.getId() + " " + container.getState())
        .containsExactly(second + " running");
  }

  @Test
  void areCalledAtTheirPublishedPortWhereThatIsAsked() {
    open(Reach.LOOPBACK);
    start(
        bridge()
            .withPortBindings(
                new PortBinding(Ports.Binding.bindIp("127.0.0.1"), ExposedPort.tcp(PORT))));
    await(1);
    ObservedReplica replica = live.values().iterator().next();
    assertThat(replica.address()).isEqualTo("127.0.0.1");
    assertThat(replica.port()).isNotEqualTo(PORT);
  }

  @Test
  void thoseThatCannotBeCalledAreToldOnce() {
    open(Reach.LOOPBACK);
    start(bridge());
    String bad = start(bridge(), "nexus.port", "none");
    String ours = start(bridge(), "nexus.host", "somebody");
    TinyContainers.until("both are told", () -> refused.size() == 2, () -> refused);
    assertThat(refused)
        .anyMatch(text -> text.contains("does not publish its port 8000"))
        .anyMatch(text -> text.contains("nexus.port='none'; expected the port inside it"));
    engine.remove(bad);
    engine.remove(ours);
    TinyContainers.until("it is told", () -> told.get(agent).size() == 1);
    assertThat(live).isEmpty();
    assertThat(refused).hasSize(2);
  }

  private static String shown(String id) {
    return id.substring(0, 12);
  }

  private HostConfig bridge() {
    return HostConfig.newHostConfig().withNetworkMode(network);
  }
}
