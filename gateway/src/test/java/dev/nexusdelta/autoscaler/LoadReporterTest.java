package dev.nexusdelta.autoscaler;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nexusdelta.load.AgentLoad;
import dev.nexusdelta.load.LoadReport;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class LoadReporterTest {
  private static final Map<String, AgentLoad> ONE =
      Map.of("a", new AgentLoad(3, 3, 0.1, 0.1, 0, 0, Duration.ZERO));

  private final Vertx vertx = Vertx.vertx();
  private final List<LoadReport> sent = new CopyOnWriteArrayList<>();
  private final AtomicInteger takes = new AtomicInteger();
  private volatile Future<Map<String, AgentLoad>> load = Future.succeededFuture(ONE);
  private volatile Future<Void> received = Future.succeededFuture();

  @AfterEach
  void close() {
    vertx.close().await();
  }

  private LoadReporter start() {
    return LoadReporter.start(
        vertx,
        "gw",
        42,
        () -> {
          takes.incrementAndGet();
          return load;
        },
        report -> {
          sent.add(report);
          return received;
        },
        System::nanoTime);
  }

  @Test
  void countsItsReportsAndSaysWhatTimeTheyCover() {
    long begun = System.nanoTime();
    try (LoadReporter reporter = start()) {
      reporter.hurry();
      Scene.until("two reports, one by the clock", () -> sent.size() == 2);
    }
    long took = System.nanoTime() - begun;
    assertThat(sent).extracting(LoadReport::sequence).containsExactly(1L, 2L);
    assertThat(sent).allMatch(report -> report.gateway().equals("gw") && report.epoch() == 42);
    assertThat(sent.get(1).agents()).isEqualTo(ONE);
    assertThat(sent.get(0).coveredNanos() + sent.get(1).coveredNanos()).isBetween(1L, took);
  }

  @Test
  void aCrowdOfDemandsIsOneReport() {
    Promise<Map<String, AgentLoad>> slow = Promise.promise();
    load = slow.future();
    try (LoadReporter reporter = start()) {
      for (int i = 0; i < 1000; i++) {
        reporter.hurry();
      }
      Scene.until("the load is asked for", () -> takes.get() == 1);
      for (int i = 0; i < 1000; i++) {
        reporter.hurry();
      }
      vertx.getOrCreateContext().runOnContext(turn -> slow.complete(ONE));
      Scene.until("those who came meanwhile are told of too", () -> sent.size() >= 2);
      assertThat(takes.get()).isLessThanOrEqualTo(3);
    }
  }

  @Test
  void whatCouldNotBeTakenIsSilenceAndCoveredByTheNextOne() {
    load = Future.failedFuture("an event loop is gone");
    long begun = System.nanoTime();
    try (LoadReporter reporter = start()) {
      reporter.hurry();
      Scene.until("a take has failed", () -> takes.get() == 1);
      long failed = System.nanoTime();
      assertThat(sent).isEmpty();
      load = Future.succeededFuture(ONE);
      Scene.until("it goes on", () -> !sent.isEmpty());
      assertThat(sent.get(0).sequence()).isEqualTo(1);
      assertThat(sent.get(0).coveredNanos()).isGreaterThan(failed - begun - 100_000_000L);
    }
  }

  @Test
  void doesNotWaitForThoseWhoListen() {
    received = Promise.<Void>promise().future();
    try (LoadReporter reporter = start()) {
      reporter.hurry();
      Scene.until("the first is sent", () -> sent.size() == 1);
      reporter.hurry();
      Scene.until("the second is sent", () -> sent.size() == 2);
    }
  }

  @Test
  void isSilentOnceClosed() {
    LoadReporter reporter = start();
    reporter.close();
    reporter.hurry();
    Promise<Void> turned = Promise.promise();
    vertx.setTimer(150, time -> turned.complete());
    turned.future().await();
    assertThat(takes).hasValue(0);
  }
}
