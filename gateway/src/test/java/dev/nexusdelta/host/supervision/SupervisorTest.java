package dev.nexusdelta.host.supervision;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nexusdelta.discovery.Release;
import dev.nexusdelta.host.EventLogbook;
import dev.nexusdelta.host.HostEvent;
import dev.nexusdelta.host.ReplicaHostTck;
import dev.nexusdelta.host.TestAgents;
import dev.nexusdelta.manifest.Run;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Random;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What a supervisor does while its engine is away, and with news in an odd order. */
final class SupervisorTest {
  private final Vertx vertx =
      Vertx.vertx(new VertxOptions().setEventLoopPoolSize(1).setWorkerPoolSize(1));
  private final Actor actor = new Actor(vertx.getOrCreateContext(), "supervisor-test", 1, 1);
  private final EventLogbook book = new EventLogbook();
  private final Engine engine = new Engine();
  private final Release release = TestAgents.release("A", "r1", new Run.Command("x"));
  private final Supervisor<String, String> supervisor =
      new Supervisor<>(
          actor,
          engine,
          new NoGate(),
          new Ports(18_900, 18_910, port -> true, System::nanoTime, () -> 0),
          InstantSource.system(),
          System::nanoTime,
          new Random(1),
          new Reports(actor, book));

  /** Starts and stops nothing: notes what it is asked. */
  private static final class Engine implements Runner<String, String> {
    final List<Supervised<String>> started = new ArrayList<>();
    final List<Promise<Running<String>>> starts = new ArrayList<>();
    final List<String> stopped = new ArrayList<>();
    final List<Runnable> uncleared = new ArrayList<>();
    boolean clears = true;

    @Override
    public Future<Running<String>> start(
        Release release, String build, Supervised<String> replica) {
      Promise<Running<String>> start = Promise.promise();
      started.add(replica);
      starts.add(start);
      return start.future();
    }

    void runs(int start) {
      starts
          .get(start)
          .complete(new Running<>("h", "127.0.0.1", 1, OptionalLong.empty(), Optional.empty()));
    }

    @Override
    public void stop(Supervised<String> replica) {
      stopped.add(replica.id);
    }

    @Override
    public void settle(Supervised<String> replica, Consumer<List<String>> done, Runnable cleared) {
      if (clears) {
        cleared.run();
      } else {
        uncleared.add(cleared);
      }
      done.accept(List.of("last words"));
    }
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

  @AfterEach
  void close() {
    ReplicaHostTck.get(actor.close());
    ReplicaHostTck.get(vertx.close());
  }

  private void on(Runnable work) {
    ReplicaHostTck.get(
        actor.ask(
            () -> {
              work.run();
              return Future.succeededFuture();
            }));
  }

  private void want(int count) {
    on(
        () -> {
          supervisor.want(release, count, List.of());
          supervisor.built(release, "build");
        });
  }

  @Test
  void whileSuspendedItTakesWishesAndStartsNothing() {
    on(supervisor::suspend);
    want(2);
    assertThat(engine.started).isEmpty();

    on(supervisor::resume);

    assertThat(engine.started).hasSize(2);
  }

  @Test
  void whatIsToEndWhileSuspendedIsEndedAfterwards() {
    want(2);
    on(() -> engine.runs(0));
    on(() -> engine.runs(1));
    on(supervisor::suspend);
    on(() -> supervisor.replace(engine.started.get(0).id, "not healthy"));
    assertThat(engine.stopped).isEmpty();

    on(supervisor::resume);

    assertThat(engine.stopped).containsExactly(engine.started.get(0).id);
  }

  @Test
  void anEngineThatIsAwayIsNoFailureOfTheReplica() {
    want(1);

    on(() -> engine.starts.get(0).fail(new EngineAwayException("no answer within 2 s")));

    on(supervisor::suspend);
    on(supervisor::resume);
    assertThat(engine.started).hasSize(2);
    assertThat(book.all()).noneMatch(HostEvent.BackingOff.class::isInstance);
  }

  @Test
  void anEndThatIsToldBeforeTheStartIsNotLost() {
    want(1);
    on(() -> supervisor.ended(engine.started.get(0), OptionalInt.of(3), "exit code 3"));
    assertThat(book.all()).isEmpty();

    on(() -> engine.runs(0));

    HostEvent.Gone gone = book.await(0, HostEvent.Gone.class, e -> true);
    assertThat(gone.exit().reason()).isEqualTo("exit code 3");
    assertThat(gone.exit().lastLines()).containsExactly("last words");
    assertThat(book.await(0, HostEvent.BackingOff.class, e -> true).failures()).isEqualTo(1);
  }

  @Test
  void whatCannotBeClearedAwayKeepsItsOrdinalAndPortAndNothingElse() {
    engine.clears = false;
    want(1);
    on(() -> engine.runs(0));
    Supervised<String> first = engine.started.get(0);
    on(() -> supervisor.ended(first, OptionalInt.of(1), "exit code 1"));
    book.awaitGone(first.id);
    later();
    Supervised<String> second = engine.started.get(1);
    assertThat(second.ordinal).isEqualTo(2);
    assertThat(second.port()).isNotEqualTo(first.port());
    assertThat(supervisor.isLeft(first.id)).isTrue();
    Future<Void> none = actor.ask(supervisor::stopAll);
    on(() -> engine.runs(1));
    on(() -> supervisor.ended(second, OptionalInt.of(0), "exit code 0"));
    assertThat(none.isComplete()).isFalse();

    on(() -> engine.uncleared.forEach(Runnable::run));

    ReplicaHostTck.get(none);
    assertThat(supervisor.isLeft(first.id)).isFalse();
  }

  @Test
  void endsThatAreToldWhileSuspendedAreReplacedAfterwards() {
    want(1);
    on(() -> engine.runs(0));
    on(supervisor::suspend);
    on(
        () ->
            supervisor.ended(
                engine.started.get(0), OptionalInt.empty(), "gone while its engine was away"));
    assertThat(engine.started).hasSize(1);

    on(supervisor::resume);

    book.await(0, HostEvent.BackingOff.class, e -> true);
    later();
    assertThat(engine.started).hasSize(2);
  }

  /** After the back-off of the first failure. */
  private void later() {
    ReplicaHostTck.get(
        actor.<Void>ask(
            () -> {
              Promise<Void> later = Promise.promise();
              actor.after(java.time.Duration.ofMillis(200), later::complete);
              return later.future();
            }));
  }
}
