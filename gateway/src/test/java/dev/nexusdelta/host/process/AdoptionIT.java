package dev.nexusdelta.host.process;

import static dev.nexusdelta.host.ReplicaHostTck.get;
import static org.assertj.core.api.Assertions.assertThat;

import dev.nexusdelta.discovery.Release;
import dev.nexusdelta.host.EventLogbook;
import dev.nexusdelta.host.HostEvent;
import dev.nexusdelta.host.Http;
import dev.nexusdelta.host.ObservedReplica;
import dev.nexusdelta.host.TestPorts;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What the next gateway finds, however the one before has ended. */
@Timeout(value = 150, unit = TimeUnit.SECONDS)
final class AdoptionIT {
  private final Proc proc = new Proc(Path.of("/proc"));
  @TempDir Path root;
  private HostFixture fixture;

  @BeforeEach
  void makeFixture() {
    fixture = new HostFixture(root);
  }

  @AfterEach
  void close() throws IOException {
    fixture.close();
  }

  @Test
  void tenKilledGatewaysInARowRestartNothing() throws Exception {
    Set<String> replicas;
    try (Gateway first = new Gateway(root)) {
      replicas = new TreeSet<>(List.of(first.next("started"), first.next("started")));
    }
    for (int i = 0; i < 10; i++) {
      try (Gateway next = new Gateway(root)) {
        assertThat(Set.of(next.next("adopted"), next.next("adopted"))).isEqualTo(replicas);
        next.next("open");
        assertThat(next.seen).noneMatch(line -> line.startsWith("gone"));
      }
    }
    endAll(2);
  }

  @Test
  void gatewaysKilledInTheMiddleOfStartingLeaveNothingUnknown() throws Exception {
    for (int i = 0; i < 6; i++) {
      try (Gateway next = new Gateway(root)) {
        if (i % 2 == 0) {
          next.next("open");
        } else {
          next.awaitRecord(fixture.data.resolve("replicas"));
        }
        // Killed here, while it starts what is missing, and the replicas with it half of the time.
      }
      if (i % 3 == 2) {
        running().forEach(pid -> new Group(proc, owner()).kill(List.of(pid)));
      }
    }
    try (Gateway last = new Gateway(root)) {
      last.next("open");
      HostFixture.await(() -> running().size() == 2);
    }
    endAll(2);
  }

  @Test
  void aReplicaThatWasBeingEndedGoesOnEnding() throws Exception {
    fixture.grace = Duration.ofSeconds(30);
    Release stubborn =
        fixture.toy("Toy", "r1", OptionalInt.empty(), Map.of("TOY_STUBBORN", "yes"), List.of());
    EventLogbook before = new EventLogbook();
    ProcessHost first = fixture.newHost();
    get(first.open(before));
    get(first.prepare(stubborn, fixture.folder("Toy")));
    get(first.apply(stubborn, 1, List.of()));
    ObservedReplica replica = before.awaitStarted(0, List.of());
    Http.await(replica.port(), "/id");
    get(first.apply(stubborn, 0, List.of()));
    before.await(0, HostEvent.Changed.class, e -> e.replica().stopping());
    get(first.close(false));

    fixture.grace = Duration.ofMillis(200);
    EventLogbook after = new EventLogbook();
    ProcessHost second = fixture.newHost();
    List<ObservedReplica> adopted = get(second.open(after));

    assertThat(adopted).singleElement().matches(ObservedReplica::stopping);
    assertThat(after.awaitGone(replica.id()).exit().wanted()).isTrue();
    get(second.close(true));
  }

  @Test
  void whatCarriesOurMarkButIsNotOnRecordIsEnded() throws Exception {
    ObservedReplica replica = startAndLeave();
    Files.delete(fixture.data.resolve("replicas/" + replica.id() + ".json"));

    ProcessHost next = fixture.newHost();
    assertThat(get(next.open(e -> {}))).isEmpty();

    HostFixture.await(() -> running().isEmpty());
    get(next.close(true));
  }

  @Test
  void aRecordOfAnotherProcessWithTheSameNumberIsNotBelieved() throws Exception {
    ObservedReplica replica = startAndLeave();
    new Group(proc, owner()).kill(List.of(replica.pid().getAsLong()));
    HostFixture.await(() -> running().isEmpty());
    Process stranger = new ProcessBuilder("sleep", "1000").start();
    try {
      Path record = fixture.data.resolve("replicas/" + replica.id() + ".json");
      String text = Files.readString(record);
      Files.writeString(record, text.replace("" + replica.pid().getAsLong(), "" + stranger.pid()));

      ProcessHost next = fixture.newHost();
      assertThat(get(next.open(e -> {}))).isEmpty();
      get(next.close(true));

      assertThat(stranger.isAlive()).isTrue();
      assertThat(record).doesNotExist();
    } finally {
      stranger.destroyForcibly();
    }
  }

  @Test
  void aTornRecordIsThrownAwayAndItsProcessEnded() throws Exception {
    ObservedReplica replica = startAndLeave();
    Files.writeString(fixture.data.resolve("replicas/" + replica.id() + ".json"), "{\"id\":");

    ProcessHost next = fixture.newHost();
    assertThat(get(next.open(e -> {}))).isEmpty();

    HostFixture.await(() -> running().isEmpty());
    get(next.close(true));
  }

  @Test
  void theEndOfAnAdoptedReplicaIsNoticed() throws Exception {
    ObservedReplica replica = startAndLeave();
    EventLogbook book = new EventLogbook();
    ProcessHost next = fixture.newHost();
    get(next.open(book));

    new Group(proc, owner()).kill(List.of(replica.pid().getAsLong()));

    HostEvent.Gone gone = book.awaitGone(replica.id());
    assertThat(gone.exit().code()).isEmpty();
    assertThat(gone.exit().wanted()).isFalse();
    assertThat(gone.exit().reason()).contains("unknown");
    get(next.close(true));
  }

  private ObservedReplica startAndLeave() throws InterruptedException {
    EventLogbook book = new EventLogbook();
    ProcessHost host = fixture.newHost();
    get(host.open(book));
    Release release = fixture.toy("Toy", "r1");
    get(host.prepare(release, fixture.folder("Toy")));
    get(host.apply(release, 1, List.of()));
    ObservedReplica replica = book.awaitStarted(0, List.of());
    Http.await(replica.port(), "/id");
    get(host.close(false));
    return replica;
  }

  private void endAll(int expected) throws Exception {
    ProcessHost last = fixture.newHost();
    assertThat(get(last.open(e -> {}))).hasSize(expected);
    get(last.close(true));
    HostFixture.await(() -> running().isEmpty());
    try (Stream<Path> records = Files.list(fixture.data.resolve("replicas"))) {
      assertThat(records).isEmpty();
    }
  }

  /** Leaders and others that carry this data folder's mark. */
  private List<Long> running() throws IOException {
    String owner = owner();
    return proc.all().stream()
        .filter(Proc.Stat::alive)
        .map(Proc.Stat::pid)
        .filter(pid -> owner.equals(proc.environment(pid).get(Group.OWNER)))
        .collect(Collectors.toList());
  }

  private String owner() {
    try {
      return Files.readString(fixture.data.resolve("host.id"));
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  /** A gateway that dies without a word when it is closed. */
  private static final class Gateway implements AutoCloseable {
    private final Process process;
    private final BufferedReader lines;
    final List<String> seen = new ArrayList<>();

    Gateway(Path root) throws IOException {
      process =
          new ProcessBuilder(
                  System.getProperty("java.home") + "/bin/java",
                  "-XX:TieredStopAtLevel=1",
                  "-XX:+UseSerialGC",
                  "-D" + TestPorts.INHERITED + "=" + TestPorts.block(),
                  "-cp",
                  System.getProperty("java.class.path"),
                  HostMain.class.getName(),
                  root.toString())
              .redirectError(root.resolve("gateway-errors.txt").toFile())
              .start();
      lines = process.inputReader();
    }

    /** What the next line of the kind says. */
    String next(String kind) throws IOException {
      while (true) {
        String line = lines.readLine();
        if (line == null) {
          throw new AssertionError("the gateway ended; it said " + seen);
        }
        seen.add(line);
        if (line.startsWith(kind)) {
          return line.substring(kind.length());
        }
      }
    }

    void awaitRecord(Path records) throws Exception {
      HostFixture.await(
          () -> {
            try (Stream<Path> files = Files.list(records)) {
              return files.findAny().isPresent();
            }
          });
    }

    @Override
    public void close() {
      process.destroyForcibly();
      try {
        process.waitFor(10, TimeUnit.SECONDS);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
  }
}
