package dev.nexusdelta.host.docker;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nexusdelta.discovery.Release;
import dev.nexusdelta.host.EventLogbook;
import dev.nexusdelta.host.ReplicaHostTck;
import dev.nexusdelta.host.TestAgents;
import dev.nexusdelta.host.docker.ContainerEvent.Kind;
import dev.nexusdelta.host.supervision.Actor;
import dev.nexusdelta.host.supervision.Ports;
import dev.nexusdelta.host.supervision.Reports;
import dev.nexusdelta.host.supervision.Runner;
import dev.nexusdelta.host.supervision.Running;
import dev.nexusdelta.host.supervision.StartGate;
import dev.nexusdelta.host.supervision.Supervised;
import dev.nexusdelta.host.supervision.Supervisor;
import dev.nexusdelta.manifest.Run;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Random;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the watch keeps of events that come before the answers. Needs no engine. */
final class EngineWatchTest {
  @TempDir Path root;
  private DockerFixture fixture;
  private Actor actor;
  private Engine engine;
  private EngineWatch watch;
  private final List<Supervised<String>> starting = new ArrayList<>();

  @BeforeEach
  void makeWatch() throws IOException {
    fixture = new DockerFixture(root);
    actor = new Actor(fixture.vertx.getOrCreateContext(), "watch-test", 1, 1);
    engine =
        new Engine(
            fixture.vertx.getOrCreateContext(),
            new EngineClients(
                EngineAddress.of("unix://" + root + "/none.sock"), Duration.ofSeconds(1)));
    EventLogbook book = new EventLogbook();
    Supervisor<Prepared, String> supervisor =
        new Supervisor<>(
            actor,
            new Starting(),
            new NoGate(),
            new Ports(18_900, 18_910, port -> true, System::nanoTime, () -> 0),
            InstantSource.system(),
            System::nanoTime,
            new Random(1),
            new Reports(actor, book));
    EngineWire wire =
        EngineWire.of(engine.clients().streams(), new ReopenDelay(new Random(1)), System::nanoTime);
    ReplicaLogs logs =
        new ReplicaLogs(
            actor,
            new ContainerLogs(wire, fixture.vertx.getOrCreateContext()),
            new DeadLogs(root.resolve("logs")),
            supervisor::all);
    watch =
        new EngineWatch(
            actor,
            engine,
            fixture.settings(),
            "host",
            supervisor,
            new ContainerEnds(actor, engine, logs, StopMarks.open(root), new NoEnds()),
            logs,
            book);
    Release release = TestAgents.release("A", "r1", new Run.Command("x"));
    Prepared prepared = new Prepared("x", "x", Optional.empty(), List.of(), 1, false, "", root);
    on(
        () -> {
          supervisor.want(release, 1, List.of());
          supervisor.built(release, prepared);
        });
  }

  /** Its starts never end. */
  private final class Starting implements Runner<Prepared, String> {
    @Override
    public Future<Running<String>> start(
        Release release, Prepared prepared, Supervised<String> replica) {
      starting.add(replica);
      return Promise.<Running<String>>promise().future();
    }

    @Override
    public void stop(Supervised<String> replica) {}

    @Override
    public void settle(Supervised<String> replica, Consumer<List<String>> done, Runnable cleared) {}
  }

  private static final class NoGate implements StartGate {
    @Override
    public void enter(String replica, Runnable start) {
      start.run();
    }

    @Override
    public void started(String replica, String address, int port) {}

    @Override
    public void leave(String replica) {}
  }

  private static final class NoEnds implements ContainerEnds.Sink {
    @Override
    public void ended(Supervised<String> replica, OptionalInt code, String how) {}

    @Override
    public void replace(Supervised<String> replica, String reason) {}
  }

  @AfterEach
  void close() {
    engine.close();
    ReplicaHostTck.get(actor.close());
    fixture.engine.close();
    ReplicaHostTck.get(fixture.vertx.close());
  }

  private void on(Runnable work) {
    ReplicaHostTck.get(
        actor.ask(
            () -> {
              work.run();
              return Future.succeededFuture();
            }));
  }

  private static ContainerEvent event(Kind kind, String replica) {
    return new ContainerEvent(
        kind,
        "c1",
        "n1",
        Map.of("nexus.host", "host", "nexus.replica", replica),
        OptionalInt.empty(),
        OptionalInt.empty(),
        Instant.EPOCH);
  }

  @Test
  void nothingIsKeptOfAStartThatFails() {
    Supervised<String> replica = starting.get(0);
    on(() -> watch.happened(event(Kind.DIE, replica.id)));
    on(() -> watch.happened(event(Kind.DIE, "stranger")));
    assertThat(watch.waiting()).isEqualTo(1);

    on(() -> watch.notStarted(replica));

    assertThat(watch.waiting()).isZero();
  }
}
