package dev.nexusdelta.host.docker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.internal.ContextInternal;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What happens when the engine does not answer: nothing waits for ever, nothing is mixed up. */
@Timeout(value = 30, unit = TimeUnit.SECONDS)
final class EngineAwayTest {
  private static final Duration SHORT = Duration.ofMillis(200);

  @TempDir Path folder;
  private Vertx vertx;
  private ContextInternal context;

  @BeforeEach
  void makeContext() {
    vertx = Vertx.vertx();
    context = (ContextInternal) vertx.getOrCreateContext();
  }

  @AfterEach
  void closeContext() throws Exception {
    get(vertx.close());
  }

  @Test
  void aHungEngineFailsTheCallInTimeAndFreesItsThreadAndConnection() throws Exception {
    try (SilentEngine engine = new SilentEngine(folder, true);
        EngineClients clients = new EngineClients(engine.address(), Engine.SOON)) {
      EngineCalls calls = new EngineCalls(context, "test-call", 1);
      for (int i = 0; i < 3; i++) {
        Future<Void> asked = calls.ask("ping", SHORT, () -> clients.calls().pingCmd().exec());
        assertAway(asked, "has not answered within 200 ms");
      }
      engine.silent = false;
      get(calls.ask("ping", Engine.SOON, () -> clients.calls().pingCmd().exec()));
      assertThat(engine.connections()).isLessThanOrEqualTo(1);
      calls.close();
    }
  }

  @Test
  void nobodyListeningIsAway() {
    try (EngineClients clients =
        new EngineClients(EngineAddress.of("unix://" + folder + "/none"), Engine.SOON)) {
      EngineCalls calls = new EngineCalls(context, "test-call", 1);
      assertAway(
          calls.ask("ping", Engine.SOON, () -> clients.calls().pingCmd().exec()), "cannot ping");
      calls.close();
    }
  }

  @Test
  void whileItIsKnownToBeAwayNothingIsAsked() throws Exception {
    EngineCalls calls = new EngineCalls(context, "test-call", 1);
    calls.away(Optional.of("it sleeps"));
    assertAway(calls.ask("ping", SHORT, () -> "answer"), "it sleeps");
    calls.away(Optional.empty());
    assertThat(get(calls.ask("ping", SHORT, () -> "answer"))).isEqualTo("answer");
    calls.close();
  }

  @Test
  void buildsAndPullsEndWhenItGoes() throws Exception {
    try (SilentEngine silent = new SilentEngine(folder, true)) {
      Engine engine = new Engine(context, new EngineClients(silent.address(), Engine.SOON));
      Future<String> build =
          engine.build(TestArchive.of(Map.of()), "x:1", Map.of(), Map.of(), line -> {});
      Future<Void> pull = engine.pull("x:1", Optional.empty(), line -> {});
      while (silent.connections() < 2) {
        Thread.onSpinWait();
      }
      assertThat(build.isComplete() || pull.isComplete()).isFalse();
      engine.away(Optional.of("it sleeps"));
      assertAway(build, "cannot build image x:1: it sleeps");
      assertAway(pull, "cannot pull image x:1: it sleeps");

      engine.away(Optional.empty());
      Future<Void> last = engine.pull("y:1", Optional.empty(), line -> {});
      engine.close();
      assertAway(last, "is closed");
    }
  }

  @Test
  void closingDropsWhatWaitsAndInterruptsWhatRuns() throws Exception {
    EngineCalls calls = new EngineCalls(context, "test-call", 1);
    CountDownLatch running = new CountDownLatch(1);
    CountDownLatch never = new CountDownLatch(1);
    Future<?> first =
        calls.ask(
            "wait",
            Duration.ofMinutes(1),
            () -> {
              running.countDown();
              never.await();
              return "never";
            });
    running.await();
    Future<?> second = calls.ask("wait", Duration.ofMinutes(1), () -> "never");
    calls.close();
    assertThatThrownBy(() -> get(first)).hasCauseInstanceOf(EngineFailure.class);
    assertAway(second, "is closed");
    assertAway(calls.ask("wait", SHORT, () -> "never"), "is closed");
  }

  @Test
  void theWatchSeesItGoAndComeBack() throws Exception {
    BlockingQueue<Optional<String>> changes = new LinkedBlockingQueue<>();
    try (SilentEngine engine = new SilentEngine(folder, false);
        EngineClients clients = new EngineClients(engine.address(), Engine.SOON)) {
      Availability watch =
          new Availability(
              context, engine.address(), () -> clients.calls().pingCmd().exec(), changes::add);
      context.runOnContext(v -> watch.begin());
      engine.silent = true;
      context.runOnContext(v -> watch.suspect());
      assertThat(changes.poll(20, TimeUnit.SECONDS).orElseThrow())
          .contains(engine.address().toString());
      assertThat(watch.trouble()).isPresent();
      engine.silent = false;
      assertThat(changes.poll(20, TimeUnit.SECONDS)).isEmpty();
      assertThat(watch.trouble()).isEmpty();
      context.runOnContext(v -> watch.close());
    }
  }

  private static void assertAway(Future<?> asked, String message) {
    assertThatThrownBy(() -> get(asked))
        .cause()
        .isInstanceOf(EngineFailure.Away.class)
        .hasMessageContaining(message);
  }

  private static <T> T get(Future<T> future)
      throws InterruptedException, ExecutionException, java.util.concurrent.TimeoutException {
    return future.toCompletionStage().toCompletableFuture().get(20, TimeUnit.SECONDS);
  }
}
