package dev.nexusdelta.host.process;

import static dev.nexusdelta.host.ReplicaHostTck.get;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.nexusdelta.discovery.Release;
import dev.nexusdelta.host.EventLogbook;
import dev.nexusdelta.host.HostEvent;
import dev.nexusdelta.host.Http;
import dev.nexusdelta.host.LogQuery;
import dev.nexusdelta.host.ObservedReplica;
import dev.nexusdelta.host.TestAgents;
import dev.nexusdelta.host.TestPorts;
import dev.nexusdelta.manifest.Run;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Replicas that misbehave, and starts that cannot work. */
@Timeout(value = 90, unit = TimeUnit.SECONDS)
final class ProcessFaultsIT {
  private final EventLogbook book = new EventLogbook();
  private final Proc proc = new Proc(Path.of("/proc"));
  @TempDir Path root;
  private HostFixture fixture;
  private @Nullable ProcessHost open;

  @BeforeEach
  void makeFixture() {
    fixture = new HostFixture(root);
  }

  @AfterEach
  void close() throws IOException {
    if (open != null) {
      get(open.close(true));
    }
    fixture.close();
  }

  @Test
  void endsGrandchildrenOfAStoppedReplica() throws Exception {
    fixture.grace = Duration.ofSeconds(1);
    ObservedReplica replica = start(toy(Map.of()));
    long child = spawn(replica, "sleep 1000");
    long daemon = spawn(replica, "setsid sleep 1000");
    // A child that has emptied its environment still is in the group.
    long nameless = spawn(replica, "env -i sleep 1000");

    get(host().apply(toy(Map.of()), 0, List.of()));
    book.awaitGone(replica.id());

    assertThat(List.of(child, daemon, nameless)).noneMatch(this::alive);
  }

  @Test
  void endsGrandchildrenOfACrashedReplicaAndStartsAnother() throws Exception {
    ObservedReplica replica = start(toy(Map.of()));
    long child = spawn(replica, "sleep 1000");
    long daemon = spawn(replica, "setsid sleep 1000");

    Http.await(replica.port(), "/exit?7");
    HostEvent.Gone gone = book.awaitGone(replica.id());

    assertThat(gone.exit().code()).hasValue(7);
    assertThat(gone.exit().reason()).isEqualTo("exit code 7");
    assertThat(List.of(child, daemon)).noneMatch(this::alive);
    book.awaitStarted(0, List.of(replica.id()));
  }

  @Test
  void aLaterStartUsesWhatTheReleaseWishesNow() throws Exception {
    ObservedReplica replica = start(toy(Map.of()));
    OptionalInt wish = OptionalInt.of(replica.port() + 40);
    get(host().apply(fixture.toy("Toy", "r1", wish, Map.of(), List.of()), 1, List.of()));

    ProcessHandle.of(replica.pid().getAsLong()).orElseThrow().destroyForcibly();

    ObservedReplica next = book.awaitStarted(0, List.of(replica.id()));
    assertThat(next.port()).isEqualTo(wish.getAsInt());
  }

  @Test
  void killsWhatIsDeafToTermWhenItsGraceIsOver() throws Exception {
    fixture.grace = Duration.ofMillis(300);
    Release stubborn = toy(Map.of("TOY_STUBBORN", "yes"));
    ObservedReplica replica = start(stubborn);

    get(host().apply(stubborn, 0, List.of()));
    HostEvent.Gone gone = book.awaitGone(replica.id());

    assertThat(gone.exit().wanted()).isTrue();
    assertThat(gone.exit().code()).hasValue(137);
  }

  @Test
  void aKilledReplicaIsNamedSoAndReplaced() throws Exception {
    ObservedReplica replica = start(toy(Map.of()));

    ProcessHandle.of(replica.pid().getAsLong()).orElseThrow().destroyForcibly();

    HostEvent.Gone gone = book.awaitGone(replica.id());
    assertThat(gone.exit().reason()).isEqualTo("killed by SIGKILL");
    assertThat(gone.exit().wanted()).isFalse();
    ObservedReplica next = book.awaitStarted(0, List.of(replica.id()));
    assertThat(Http.await(next.port(), "/id")).isEqualTo(next.id());
  }

  @Test
  void aCrashLoopBacksOffAndTellsCodeAndLastLines() {
    Release broken = toy(Map.of("TOY_CRASH", "42"));
    open(broken);
    get(host().apply(broken, 2, List.of()));

    HostEvent.BackingOff third = book.await(0, HostEvent.BackingOff.class, e -> e.failures() == 3);

    assertThat(third.delay()).hasMillis(400);
    assertThat(third.last().code()).hasValue(42);
    assertThat(third.last().lastLines()).contains("cannot go on: 42");
  }

  @Test
  void aCommandThatDoesNotExistIsAReasonPeopleUnderstand() {
    Release missing =
        TestAgents.release("Toy", "r1", new Run.Command("no-such-program --port ${PORT}"));
    open(missing);
    get(host().apply(missing, 1, List.of()));

    HostEvent.BackingOff failed = book.await(0, HostEvent.BackingOff.class, e -> true);

    assertThat(failed.last().reason()).isEqualTo("exit code 127: command not found");
    assertThat(String.join("\n", failed.last().lastLines())).contains("no-such-program");
  }

  @Test
  void aMissingSecretIsNamedAndOneSetLaterIsUsed() throws Exception {
    Release release = fixture.toy("Toy", "r1", OptionalInt.empty(), Map.of(), List.of("API_KEY"));
    open(release);
    get(host().apply(release, 1, List.of()));

    HostEvent.BackingOff failed = book.await(0, HostEvent.BackingOff.class, e -> true);
    assertThat(failed.last().reason()).contains("API_KEY").contains("nexus secret set");
    Files.writeString(fixture.data.resolve("secrets.json"), "{\"toy\":{\"API_KEY\":\"s3cret\"}}");

    ObservedReplica replica = book.awaitStarted(0, List.of());
    assertThat(Http.await(replica.port(), "/env?API_KEY")).isEqualTo("s3cret");
    assertThat(Files.readString(fixture.data.resolve("replicas/" + replica.id() + ".json")))
        .doesNotContain("s3cret");
  }

  @Test
  void givesWhatTheContractPromisesAndNothingElseOfTheGateways() throws Exception {
    fixture.environment.putAll(Map.of("GATEWAY_ONLY", "x", "FROM", "gateway", "TZ", "UTC"));
    Files.writeString(fixture.folder("Toy").resolve("token.txt"), "from file\n");
    Map<String, String> env =
        Map.of("PLAIN", "a b", "ENV", "<${env:FROM}>", "FILE", "${file:token.txt}", "PORT", "1");
    ObservedReplica replica = start(toy(env));
    int port = replica.port();

    assertThat(Http.await(port, "/env?AGENT_NAME")).isEqualTo("Toy");
    assertThat(Http.get(port, "/env?PORT")).isEqualTo(Integer.toString(port));
    assertThat(Http.get(port, "/env?HOST")).isEqualTo("127.0.0.1");
    assertThat(Http.get(port, "/env?AGENT_VERSION")).isEqualTo("1.0.0");
    assertThat(Http.get(port, "/env?AGENT_RELEASE")).isEqualTo("r1");
    assertThat(Http.get(port, "/env?NEXUS_URL")).isEqualTo("http://127.0.0.1:8080");
    assertThat(Http.get(port, "/env?PLAIN")).isEqualTo("a b");
    assertThat(Http.get(port, "/env?ENV")).isEqualTo("<gateway>");
    assertThat(Http.get(port, "/env?FILE")).isEqualTo("from file");
    assertThat(Http.get(port, "/env?TZ")).isEqualTo("UTC");
    assertThat(Http.get(port, "/env?GATEWAY_ONLY")).isEqualTo("null");
  }

  @Test
  void skipsAWishedPortThatIsTaken() throws Exception {
    try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      Release release =
          fixture.toy("Toy", "r1", OptionalInt.of(taken.getLocalPort()), Map.of(), List.of());

      ObservedReplica replica = start(release);

      assertThat(replica.port()).isBetween(TestPorts.first(0), TestPorts.last(0));
      assertThat(Http.await(replica.port(), "/id")).isEqualTo(replica.id());
    }
  }

  @Test
  void aFloodOfLogLinesIsRotatedAndNeverBlocksTheReplica() throws Exception {
    fixture.logBytes = 200_000;
    ObservedReplica replica = start(toy(Map.of()));
    Path logs = fixture.data.resolve("logs/agents/toy");

    Http.await(replica.port(), "/flood?3000");
    HostFixture.await(() -> Files.exists(logs.resolve(replica.id() + ".log.1")));
    Http.await(replica.port(), "/flood?1000");
    HostFixture.await(() -> Files.exists(logs.resolve(replica.id() + ".log.2")));
    Http.await(replica.port(), "/print?last-line");

    assertThat(Files.size(logs.resolve(replica.id() + ".log.1"))).isLessThanOrEqualTo(200_000);
    assertThat(get(host().logs(replica.agent(), new LogQuery(Optional.empty(), 5))))
        .anyMatch(l -> l.text().equals("last-line"));
  }

  @Test
  void aFolderThatIsGoneIsAReason() throws Exception {
    Release release = toy(Map.of());
    open(release);
    Files.delete(fixture.folder("Toy"));

    get(host().apply(release, 1, List.of()));

    assertThat(book.await(0, HostEvent.BackingOff.class, e -> true).last().reason())
        .contains(fixture.agents.resolve("toy").toString());
  }

  @Test
  void leavesNoThreadAndNoFileOpen() throws Exception {
    Release release = toy(Map.of());
    open(release);
    end();
    int threads = threads();
    long files = openFiles();

    for (int i = 0; i < 3; i++) {
      start(release);
      end();
    }

    HostFixture.await(() -> threads() <= threads);
    HostFixture.await(() -> openFiles() <= files);
  }

  @Test
  void answersNothingAfterItsEnd() {
    open();
    ProcessHost host = host();
    get(host.close(false));

    assertThatThrownBy(() -> get(host.apply(toy(Map.of()), 1, List.of())))
        .hasMessageContaining("closed");
    end();
  }

  /** The JDK keeps a thread per child until it ends; those are its own and bounded. */
  private static int threads() {
    return (int)
        Thread.getAllStackTraces().keySet().stream()
            .map(Thread::getName)
            .filter(name -> name.startsWith("process-host") || name.startsWith("nexus-"))
            .count();
  }

  private static long openFiles() throws IOException {
    try (var files = Files.list(Path.of("/proc/self/fd"))) {
      return files.count();
    }
  }

  private Release toy(Map<String, String> env) {
    return fixture.toy("Toy", "r1", OptionalInt.empty(), env, List.of());
  }

  private void open(Release... releases) {
    ProcessHost host = fixture.newHost();
    open = host;
    get(host.open(book));
    for (Release release : releases) {
      get(host.prepare(release, fixture.folder(release.agent().key())));
    }
  }

  private ObservedReplica start(Release release) throws InterruptedException {
    open(release);
    int mark = book.mark();
    get(host().apply(release, 1, List.of()));
    ObservedReplica replica = book.awaitStarted(mark, List.of());
    Http.await(replica.port(), "/id");
    return replica;
  }

  private ProcessHost host() {
    return Objects.requireNonNull(open);
  }

  private void end() {
    get(host().close(true));
    open = null;
  }

  private static long spawn(ObservedReplica replica, String command) throws InterruptedException {
    return Long.parseLong(Http.await(replica.port(), "/spawn?" + command.replace(" ", "%20")));
  }

  private boolean alive(long pid) {
    return proc.stat(pid).filter(Proc.Stat::alive).isPresent();
  }
}
