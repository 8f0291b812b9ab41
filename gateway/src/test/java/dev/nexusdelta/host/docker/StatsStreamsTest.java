package dev.nexusdelta.host.docker;

import static dev.nexusdelta.host.docker.CannedAnswers.answer;
import static org.assertj.core.api.Assertions.assertThat;

import com.github.dockerjava.transport.DockerHttpClient;
import io.vertx.core.Vertx;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PipedInputStream;
import java.io.PipedOutputStream;
import java.io.SequenceInputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Random;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;

/** Answers that a real engine gives only at the wrong moment. */
final class StatsStreamsTest {
  private static final String SAMPLE = "{\"memory_stats\":{\"usage\":7}}\n";
  private final AtomicLong later = new AtomicLong();
  private CannedAnswers engine = new CannedAnswers();

  @Test
  void endsForAContainerThatWasRemovedWhileItsStreamWasOpened() {
    InputStream endless =
        new InputStream() {
          private int at;

          @Override
          public int read() {
            return "{}\n".charAt(at++ % 3);
          }
        };
    Vertx vertx = Vertx.vertx();
    try (StatsStreams stats =
        new StatsStreams(
            wire(
                answer(200, new SequenceInputStream(body(SAMPLE), endless)),
                answer(500, body("busy")),
                answer(404, body("no such container"))),
            vertx,
            Duration.ofSeconds(10))) {
      stats.subscribe("gone");
      TinyContainers.until("asked three times", () -> engine.asked.size() == 3);
      TinyContainers.until("over", () -> TinyContainers.threads().isEmpty());
      assertThat(stats.latest("gone")).isEmpty();
    } finally {
      vertx.close();
    }
  }

  @Test
  void endsWhenNobodyHasAskedForAWhile() throws IOException {
    Vertx vertx = Vertx.vertx();
    try (PipedOutputStream silent = new PipedOutputStream();
        StatsStreams stats =
            new StatsStreams(
                wire(
                    answer(
                        200, new SequenceInputStream(body(SAMPLE), new PipedInputStream(silent))),
                    answer(200, body(SAMPLE)),
                    answer(404, body("no such container"))),
                vertx,
                Duration.ofMinutes(10))) {
      stats.subscribe("one");
      TinyContainers.until("sampled", () -> stats.latest("one").isPresent());
      later.addAndGet(Duration.ofSeconds(10).toNanos());
      LockSupport.parkNanos(Duration.ofMillis(1_500).toNanos());
      assertThat(TinyContainers.threads()).hasSize(1);

      later.addAndGet(Duration.ofSeconds(21).toNanos());
      TinyContainers.until("over", () -> TinyContainers.threads().isEmpty());
      assertThat(stats.latest("one")).isEmpty();
      assertThat(engine.asked).hasSize(1);

      stats.subscribe("one");
      TinyContainers.until("sampled again", () -> stats.latest("one").isPresent());
    } finally {
      vertx.close();
    }
  }

  private EngineWire wire(DockerHttpClient.Response... answers) {
    engine = new CannedAnswers(answers);
    return new EngineWire(
        engine, new ReopenDelay(new Random()), () -> System.nanoTime() + later.get());
  }

  private static InputStream body(String text) {
    return new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8));
  }
}
