package dev.nexusdelta.fleet;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class ReplicaCircuitTest {
  private final AtomicLong now = new AtomicLong(-12_345);
  private final ReplicaCircuit circuit = new ReplicaCircuit("math-1", now::get);

  @Test
  void staysClosedBelowTenCalls() {
    fail(9);
    assertThat(circuit.state()).isEqualTo("closed");
    assertThat(circuit.retryAfterSeconds()).isZero();
  }

  @Test
  void opensAtHalfOfTenCalls() {
    succeed(5);
    fail(4);
    assertThat(circuit.state()).isEqualTo("closed");
    fail(1);
    assertThat(circuit.state()).isEqualTo("open");
    assertThat(circuit.tryAcquire()).isFalse();
  }

  @Test
  void forgetsFailuresOlderThanTheWindow() {
    fail(9);
    advance(Duration.ofSeconds(11));
    fail(9);
    assertThat(circuit.state()).isEqualTo("closed");
  }

  @Test
  void tellsWhenItWillTryAgain() {
    fail(10);
    assertThat(circuit.retryAfterSeconds()).isEqualTo(5);
    advance(Duration.ofMillis(4_100));
    assertThat(circuit.retryAfterSeconds()).isEqualTo(1);
    advance(Duration.ofMillis(1_500));
    assertThat(circuit.retryAfterSeconds()).isEqualTo(1);
  }

  @Test
  void letsOnlyTheTrialsPassAndClosesWhenTheyGoWell() {
    fail(10);
    advance(Duration.ofMillis(5_001));
    for (int i = 0; i < ReplicaCircuit.TRIALS; i++) {
      assertThat(circuit.tryAcquire()).isTrue();
    }
    assertThat(circuit.state()).isEqualTo("half_open");
    assertThat(circuit.tryAcquire()).isFalse();
    for (int i = 0; i < ReplicaCircuit.TRIALS; i++) {
      circuit.onSuccess(1);
    }
    assertThat(circuit.state()).isEqualTo("closed");
  }

  @Test
  void opensAgainWhenTheTrialsFail() {
    fail(10);
    advance(Duration.ofMillis(5_001));
    fail(ReplicaCircuit.TRIALS);
    assertThat(circuit.state()).isEqualTo("open");
    assertThat(circuit.retryAfterSeconds()).isEqualTo(5);
  }

  @Test
  void aReleasedTrialIsGivenToTheNext() {
    fail(10);
    advance(Duration.ofMillis(5_001));
    for (int i = 0; i < 100; i++) {
      assertThat(circuit.tryAcquire()).isTrue();
      circuit.release();
    }
    assertThat(circuit.state()).isEqualTo("half_open");
  }

  private void fail(int calls) {
    for (int i = 0; i < calls; i++) {
      assertThat(circuit.tryAcquire()).isTrue();
      circuit.onError(1);
    }
  }

  private void succeed(int calls) {
    for (int i = 0; i < calls; i++) {
      assertThat(circuit.tryAcquire()).isTrue();
      circuit.onSuccess(1);
    }
  }

  private void advance(Duration time) {
    now.addAndGet(time.toNanos());
  }
}
