package dev.nexusdelta.host.docker;

import static dev.nexusdelta.host.ReplicaHostTck.get;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.github.dockerjava.api.command.InspectContainerResponse;
import com.github.dockerjava.api.model.Capability;
import com.github.dockerjava.api.model.Container;
import com.github.dockerjava.api.model.HostConfig;
import dev.nexusdelta.discovery.Release;
import dev.nexusdelta.host.EventLogbook;
import dev.nexusdelta.host.HostEvent;
import dev.nexusdelta.host.Http;
import dev.nexusdelta.host.LogLine;
import dev.nexusdelta.host.LogQuery;
import dev.nexusdelta.host.ObservedReplica;
import dev.nexusdelta.host.TestAgents;
import dev.nexusdelta.manifest.AgentName;
import dev.nexusdelta.manifest.Run;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What people and accidents do to containers, and what becomes of it. */
@NeedsEngine
@Timeout(value = 120, unit = TimeUnit.SECONDS)
final class DockerFaultsIT {
  private static final String AGENT = "Faulty";

  @TempDir Path root;
  private DockerFixture fixture;
  private DockerHost host;
  private EventLogbook book;

  @BeforeEach
  void makeFixture() {
    fixture = new DockerFixture(root);
    open();
  }

  private List<ObservedReplica> open() {
    host = fixture.newHost();
    book = new EventLogbook();
    return get(host.open(book));
  }

  @AfterEach
  void removeWhatIsLeft() {
    try {
      get(host.close(true).otherwiseEmpty());
    } finally {
      fixture.close();
    }
  }

  private void want(Release release, int count) {
    get(host.prepare(release, fixture.folder(release.agent().key())));
    get(host.apply(release, count, List.of()));
  }

  private ObservedReplica started(Release release) throws InterruptedException {
    want(release, 1);
    ObservedReplica replica = book.awaitStarted(0, List.of());
    assertThat(Http.await(replica, "/id")).isEqualTo(replica.id());
    return replica;
  }

  private String containerOf(ObservedReplica replica) {
    return replica.containerId().orElseThrow();
  }

  private String containerName() {
    return fixture.namespace + "-agent-faulty";
  }

  @Test
  void everyContainerIsLockedInAndTold() throws InterruptedException {
    ObservedReplica replica = started(fixture.toy(AGENT, "r1", Map.of("GREETING", "hello")));

    InspectContainerResponse made = get(fixture.engine.inspect(containerOf(replica)));
    HostConfig host = made.getHostConfig();
    assertThat(made.getName()).isEqualTo("/" + containerName());
    assertThat(made.getConfig().getUser()).isEqualTo("65532:65532");
    assertThat(host.getCapDrop()).containsExactly(Capability.ALL);
    assertThat(host.getSecurityOpts()).containsExactly("no-new-privileges:true");
    assertThat(host.getReadonlyRootfs()).isTrue();
    assertThat(host.getMemory()).isEqualTo(512L << 20).isEqualTo(host.getMemorySwap());
    assertThat(host.getPidsLimit()).isEqualTo(256);
    assertThat(host.getNetworkMode()).isEqualTo(fixture.namespace);
    assertThat(host.getBinds()).isNullOrEmpty();
    assertThat(made.getMounts()).isNullOrEmpty();
    assertThat(made.getConfig().getLabels())
        .containsEntry("nexus.agent", AGENT)
        .containsEntry("nexus.replica", replica.id())
        .containsEntry("nexus.ordinal", "1")
        .containsEntry("nexus.port", "8080")
        .containsKeys("nexus.host", "nexus.release", "nexus.version", "nexus.since", "nexus.spec");
    assertThat(Http.await(replica, "/env?GREETING")).isEqualTo("hello");
    assertThat(Http.await(replica, "/env?HOST")).isEqualTo("0.0.0.0");
    assertThat(Http.await(replica, "/env?NEXUS_URL")).matches("http://\\d+\\.\\d+\\.\\d+\\.1:8080");
    assertThat(Http.await(replica, "/env?DOCKER_HOST")).isEqualTo("null");
    assertThat(replica.phases()).containsOnlyKeys("create", "start");
  }

  @Test
  void aContainerRemovedByHandIsNoticedAndReplaced() throws InterruptedException {
    replacedAfter(id -> get(fixture.engine.remove(id)), "removed by hand");
  }

  @Test
  void aContainerStoppedByHandIsNoticedAndReplaced() throws InterruptedException {
    replacedAfter(id -> get(fixture.engine.stop(id, Duration.ofSeconds(1))), "stopped by hand");
  }

  @Test
  void aContainerPausedByHandIsNoticedAndReplaced() throws InterruptedException {
    replacedAfter(
        id -> fixture.engine.clients().calls().pauseContainerCmd(id).exec(), "paused by hand");
  }

  private void replacedAfter(Consumer<String> mischief, String reason) throws InterruptedException {
    ObservedReplica first = started(fixture.toy(AGENT, "r1"));
    int mark = book.mark();
    mischief.accept(containerOf(first));
    long done = System.nanoTime();

    book.await(mark, HostEvent.class, e -> tellsOfTheEndOf(first, e));
    assertThat(Duration.ofNanos(System.nanoTime() - done)).isLessThan(Duration.ofSeconds(2));
    ObservedReplica second = book.awaitStarted(0, List.of(first.id()));
    HostEvent.Gone gone = book.awaitGone(first.id());
    assertThat(gone.exit().reason()).isEqualTo(reason);
    assertThat(gone.exit().wanted()).isFalse();
    assertThat(Http.await(second, "/id")).isEqualTo(second.id());
    assertThat(containers()).hasSize(1);
  }

  private static boolean tellsOfTheEndOf(ObservedReplica replica, HostEvent event) {
    return (event instanceof HostEvent.Gone gone && gone.replica().id().equals(replica.id()))
        || (event instanceof HostEvent.Changed changed
            && changed.replica().id().equals(replica.id())
            && changed.replica().stopping());
  }

  @Test
  void anAgentThatWantsTooMuchMemoryEndsWithThatReason() throws InterruptedException {
    ObservedReplica replica =
        started(fixture.toy(AGENT, "r1", Map.of("JDK_JAVA_OPTIONS", "-Xmx2g")));
    Http.await(replica, "/print?hungry");
    eat(replica);

    HostEvent.Gone gone = book.awaitGone(replica.id());
    assertThat(gone.exit().reason()).isEqualTo("killed for using more than 512 MiB (OOM)");
    assertThat(gone.exit().code()).hasValue(137);
    assertThat(gone.exit().lastLines()).contains("hungry");
  }

  private static void eat(ObservedReplica replica) throws InterruptedException {
    try {
      Http.get(replica.port(), "/eat?900");
    } catch (java.io.IOException killed) {
      // That is what it is for.
    }
  }

  @Test
  void aBadEntrypointIsToldAndBacksOff() {
    fixture.build(
        fixture.namespace + "-bad:1",
        "FROM " + DockerFixture.BASE + "\nENTRYPOINT [\"/no/such/program\"]\n",
        Map.of());
    want(image(fixture.namespace + "-bad:1"), 1);

    HostEvent.BackingOff twice = book.await(0, HostEvent.BackingOff.class, e -> e.failures() >= 2);
    assertThat(twice.last().reason()).contains("127");
    assertThat(twice.last().lastLines()).anyMatch(line -> line.contains("/no/such/program"));
    get(host.apply(image(fixture.namespace + "-bad:1"), 0, List.of()));
  }

  @Test
  void aMissingImageIsToldBeforeAnythingIsMade() {
    Release release = image("127.0.0.1:1/none:1");
    assertThatThrownBy(() -> get(host.prepare(release, fixture.folder("faulty"))))
        .cause()
        .hasMessageContaining("127.0.0.1:1");
    assertThat(containers()).isEmpty();
  }

  @Test
  void anImageRemovedMeanwhileIsToldAndBacksOff() {
    fixture.build(fixture.namespace + "-gone:1", "FROM " + DockerFixture.BASE + "\n", Map.of());
    Release release = image(fixture.namespace + "-gone:1");
    get(host.prepare(release, fixture.folder("faulty")));
    get(fixture.engine.removeImage(fixture.namespace + "-gone:1"));
    get(host.apply(release, 1, List.of()));

    HostEvent.BackingOff waits = book.await(0, HostEvent.BackingOff.class, e -> true);
    assertThat(waits.last().reason()).contains(fixture.namespace + "-gone:1");
    assertThat(containers()).isEmpty();
  }

  @Test
  void aDeletedNetworkIsMadeAgainAndNothingHalfMadeIsLeft() throws InterruptedException {
    Release release = fixture.toy(AGENT, "r1");
    ObservedReplica first = started(release);
    get(host.apply(release, 0, List.of()));
    book.awaitGone(first.id());
    get(fixture.engine.removeNetwork(fixture.namespace));
    get(host.apply(release, 1, List.of()));

    HostEvent.BackingOff waits = book.await(0, HostEvent.BackingOff.class, e -> true);
    assertThat(waits.last().reason()).contains("network");
    ObservedReplica replica = book.awaitStarted(0, List.of(first.id()));
    assertThat(Http.await(replica, "/id")).isEqualTo(replica.id());
    assertThat(containers()).hasSize(1);
  }

  @Test
  void aForeignContainerWithOurNameIsNeverTouched() {
    String foreign = create(containerName(), Map.of("nexus.agent", AGENT), "created");
    want(fixture.toy(AGENT, "r1"), 1);

    HostEvent.BackingOff waits = book.await(0, HostEvent.BackingOff.class, e -> true);
    assertThat(waits.last().reason()).contains(containerName(), "not of this gateway");
    assertThat(get(fixture.engine.inspect(foreign)).getId()).isEqualTo(foreign);
    get(host.close(true));
    assertThat(get(fixture.engine.inspect(foreign)).getId()).isEqualTo(foreign);
  }

  @Test
  void aLeftOverOfOursGivesWay() throws Exception {
    create(containerName(), Map.of("nexus.host", hostId()), "created");
    ObservedReplica replica = started(fixture.toy(AGENT, "r1"));
    assertThat(containers()).hasSize(1);
    assertThat(get(fixture.engine.inspect(containerName())).getId())
        .isEqualTo(containerOf(replica));
  }

  @Test
  void aKillBetweenCreateAndStartLeavesNothing() throws Exception {
    get(host.close(false));
    create(containerName(), labels("faulty-1-aaaaaa"), "created");
    assertThat(open()).isEmpty();
    Patience.until(() -> containers().isEmpty());
  }

  @Test
  void aKillAfterStartLeavesAReplicaToAdopt() throws Exception {
    get(host.close(false));
    String left = create(containerName(), labels("faulty-1-bbbbbb"), "started");
    List<ObservedReplica> adopted = open();
    assertThat(adopted).extracting(ObservedReplica::id).containsExactly("faulty-1-bbbbbb");
    assertThat(adopted.get(0).containerId()).contains(left);
    assertThat(Http.await(adopted.get(0), "/id")).isEqualTo("faulty-1-bbbbbb");
    want(fixture.toy(AGENT, "r1"), 1);
    assertThat(containers()).hasSize(1);
  }

  @Test
  void whatEndedWhileNobodyLookedLeavesItsLog() throws Exception {
    ObservedReplica replica = started(fixture.toy(AGENT, "r1"));
    Http.await(replica, "/print?last-words");
    get(host.close(false));
    get(fixture.engine.stop(containerOf(replica), Duration.ofSeconds(1)));
    assertThat(open()).isEmpty();
    Patience.until(() -> containers().isEmpty());
    assertThat(
            get(host.logs(new AgentName(AGENT), new LogQuery(Optional.empty(), 10))).stream()
                .map(LogLine::text))
        .contains("last-words");
  }

  @Test
  void whatNoEventTellsIsFoundNowAndThen() throws Exception {
    create(fixture.namespace + "-agent-faulty.7", labels("faulty-7-cccccc"), "created");
    get(fixture.engine.removeVolume(fixture.namespace + "-owner"));

    Patience.until(() -> containers().isEmpty());
    assertThat(
            get(fixture.engine.claimVolume(fixture.namespace + "-owner", Map.of()))
                .get("nexus.host"))
        .isEqualTo(hostId());
  }

  @Test
  void anEngineHasOneOwner() throws Exception {
    Path first = fixture.data;
    started(fixture.toy(AGENT, "r1"));
    fixture.data = root.resolve("other");
    DockerHost other = fixture.newHost();
    assertThatThrownBy(() -> get(other.open(event -> {})))
        .hasMessageContaining(first.toString())
        .hasMessageContaining("one owner");
    get(other.close(true));
    assertThat(containers()).hasSize(1);
  }

  @Test
  void anAbandonedEngineIsTakenOver() {
    get(host.close(false));
    fixture.data = root.resolve("other");
    assertThat(open()).isEmpty();
  }

  private Release image(String reference) {
    return TestAgents.release(
        AGENT, "r1", new Run.Image(reference, 8080), OptionalInt.empty(), Map.of(), List.of());
  }

  private List<Container> containers() {
    return get(fixture.engine.containers(Map.of())).stream()
        .filter(c -> c.getNames() != null && c.getNames()[0].startsWith("/" + fixture.namespace))
        .toList();
  }

  private String hostId() throws java.io.IOException {
    return Files.readString(fixture.data.resolve("host.id"));
  }

  private Map<String, String> labels(String replica) throws java.io.IOException {
    return Map.of(
        "nexus.host",
        hostId(),
        "nexus.agent",
        AGENT,
        "nexus.release",
        "r1",
        "nexus.version",
        "1.0.0",
        "nexus.replica",
        replica,
        "nexus.ordinal",
        "1",
        "nexus.port",
        "8080",
        "nexus.since",
        "2026-01-01T00:00:00Z");
  }

  private String create(String name, Map<String, String> labels, String state) {
    Map<String, String> environment = new HashMap<>(Map.of("HOST", "0.0.0.0", "PORT", "8080"));
    environment.put("AGENT_REPLICA", labels.getOrDefault("nexus.replica", ""));
    String id =
        get(
            fixture.engine.create(
                new ContainerSpec(
                    name,
                    fixture.toyImage(),
                    Optional.empty(),
                    List.of(),
                    environment,
                    labels,
                    256L << 20,
                    OptionalDouble.empty(),
                    8080,
                    28_765,
                    fixture.namespace,
                    List.of(),
                    Duration.ofSeconds(10))));
    if (state.equals("started")) {
      get(fixture.engine.start(id));
    }
    return id;
  }

  /** Waits, with a deadline, for what no event tells. */
  private static final class Patience {
    static void until(java.util.concurrent.Callable<Boolean> condition) throws Exception {
      long end = System.nanoTime() + Duration.ofSeconds(40).toNanos();
      while (!condition.call()) {
        assertThat(System.nanoTime()).isLessThan(end);
        java.util.concurrent.locks.LockSupport.parkNanos(20_000_000);
      }
    }
  }
}
