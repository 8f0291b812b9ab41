package dev.nexusdelta.fleet;

import static dev.nexusdelta.fleet.FleetHarness.get;
import static org.assertj.core.api.Assertions.assertThat;

import dev.nexusdelta.discovery.AgentSpec;
import dev.nexusdelta.manifest.AgentName;
import dev.nexusdelta.manifest.Run;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class OperationsTest {
  private final Vertx vertx = Vertx.vertx();
  private final AgentSpec spec =
      Specs.spec(Specs.manifest("Math", new Run.Command("a"), Duration.ofSeconds(1)));
  private final List<String> ended = new ArrayList<>();
  private Instant now = Instant.parse("2026-01-01T00:00:00Z");
  private final Operations operations =
      new Operations(() -> now, serial -> "op" + serial, (op, by) -> ended.add(op.id() + by));

  @AfterEach
  void close() {
    get(vertx.close());
  }

  private static Convergence.Facts ready(int ready) {
    return new Convergence.Facts(1, 1, ready, ready, 1, true, false, false, "", List.of());
  }

  private void finish() {
    operations.update(new AgentName("MATH"), ready(1));
  }

  @Test
  void endsOnceAndTellsByWhom() {
    Operation running = operations.start("start", spec, "cli");
    assertThat(running.state()).isEqualTo(Operation.State.RUNNING);
    operations.update(spec.name(), ready(0));
    assertThat(ended).isEmpty();
    finish();
    finish();
    assertThat(ended).containsExactly("op1cli");
    assertThat(operations.find("op1").orElseThrow().state()).isEqualTo(Operation.State.DONE);
    assertThat(operations.find("op1").orElseThrow().ended()).contains(now);
    operations.update(spec.name(), ready(0));
    assertThat(operations.find("op1").orElseThrow().state()).isEqualTo(Operation.State.DONE);
  }

  @Test
  void awaitingEndsWithTheOperation() {
    operations.start("start", spec, "cli");
    Future<Operation> awaited = operations.await("op1", Duration.ofSeconds(20), vertx);
    assertThat(awaited.isComplete()).isFalse();
    finish();
    assertThat(get(awaited).state()).isEqualTo(Operation.State.DONE);
    assertThat(get(operations.await("op1", Duration.ofSeconds(20), vertx)).state())
        .isEqualTo(Operation.State.DONE);
  }

  @Test
  void awaitingEndsWithItsTime() {
    operations.start("start", spec, "cli");
    assertThat(get(operations.await("op1", Duration.ofMillis(5), vertx)).state())
        .isEqualTo(Operation.State.RUNNING);
    assertThat(get(operations.await("op1", Duration.ZERO, vertx)).state())
        .isEqualTo(Operation.State.RUNNING);
  }

  @Test
  void awaitingAnUnknownOneFails() {
    assertThat(operations.await("nothing", Duration.ofSeconds(1), vertx).cause())
        .hasMessageContaining("'nothing' is unknown");
  }

  @Test
  void endedOnesAreKeptForAnHour() {
    operations.start("start", spec, "cli");
    finish();
    now = now.plus(Duration.ofMinutes(59));
    operations.start("start", spec, "cli");
    assertThat(operations.find("op1")).isPresent();
    now = now.plus(Duration.ofMinutes(2));
    operations.start("start", spec, "cli");
    assertThat(operations.find("op1")).isEmpty();
    assertThat(operations.find("op2")).isPresent();
  }

  @Test
  void atMostAThousandAreKept() {
    for (int i = 0; i < 1_001; i++) {
      operations.start("start", spec, "cli");
      finish();
    }
    operations.start("start", spec, "cli");
    assertThat(operations.find("op1")).isEmpty();
    assertThat(operations.find("op2")).isEmpty();
    assertThat(operations.find("op3")).isPresent();
  }
}
