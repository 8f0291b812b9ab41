package dev.nexusdelta.app;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nexusdelta.cli.shell.Waiting;
import dev.nexusdelta.keys.KeyUses;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class KeyUseWritesTest {
  private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");
  private static final Duration NEVER = Duration.ofHours(1);
  private static final Duration PATIENCE = Duration.ofSeconds(20);

  private final Vertx vertx = Vertx.vertx();
  private final HeldKeys keys = new HeldKeys();
  private final KeyUses uses = new KeyUses(() -> NOW);
  private final Closing closing = new Closing();

  @AfterEach
  void close() throws TimeoutException {
    closing.close(PATIENCE);
    vertx.close().await(20, TimeUnit.SECONDS);
  }

  private void aUseIsPutDown() {
    KeyUseWrites.start(vertx, keys, uses, Duration.ofMillis(5), closing);
    uses.used("a");
    assertThat(
            Waiting.until(
                () -> keys.lastUses().equals(Map.of("a", NOW)), PATIENCE, Duration.ofMillis(5)))
        .isTrue();
  }

  @Test
  void arePutDownFromTimeToTime() {
    aUseIsPutDown();
  }

  @Test
  void whatCannotBePutDownIsTriedAgain() {
    AtomicInteger tries = new AtomicInteger();
    keys.writing =
        () ->
            tries.incrementAndGet() < 3
                ? Future.failedFuture("no majority")
                : Future.succeededFuture();
    aUseIsPutDown();
    assertThat(tries).hasValue(3);
  }

  @Test
  void theLastArePutDownAtTheEnd() {
    KeyUseWrites.start(vertx, keys, uses, NEVER, closing);
    uses.used("a");
    assertThat(closing.close(PATIENCE)).isTrue();
    assertThat(keys.lastUses()).containsExactly(Map.entry("a", NOW));
  }

  @Test
  void nothingIsWrittenWhereNothingWasUsed() {
    AtomicInteger writes = new AtomicInteger();
    keys.writing =
        () -> {
          writes.incrementAndGet();
          return Future.succeededFuture();
        };
    KeyUseWrites.start(vertx, keys, uses, NEVER, closing);
    assertThat(closing.close(PATIENCE)).isTrue();
    assertThat(writes).hasValue(0);
  }

  @Test
  void endsWellWithoutAMajority() {
    keys.writing = () -> Future.failedFuture("no majority");
    KeyUseWrites.start(vertx, keys, uses, NEVER, closing);
    uses.used("a");
    assertThat(closing.close(PATIENCE)).isTrue();
    keys.writing = () -> Promise.<Void>promise().future(); // nobody answers
    KeyUseWrites.start(vertx, keys, uses, NEVER, closing);
    uses.used("b");
    assertThat(closing.close(PATIENCE)).isTrue();
    assertThat(keys.lastUses()).isEmpty();
  }
}
