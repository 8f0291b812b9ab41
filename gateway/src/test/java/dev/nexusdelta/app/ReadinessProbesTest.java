package dev.nexusdelta.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class ReadinessProbesTest {
  private final AtomicLong now = new AtomicLong(-7);
  private final ReadinessProbes probes = new ReadinessProbes(now::get);

  @Test
  void whoHasAskedOnceWaitedForTheStart() {
    assertThat(probes.watched()).isFalse();
    probes.toldYes();
    assertThat(probes.watched()).isFalse();
  }

  @Test
  void whoAsksAgainIsABalancerUntilItHasGone() {
    probes.toldYes();
    now.addAndGet(Duration.ofSeconds(9).toNanos());
    probes.toldYes();
    assertThat(probes.watched()).isTrue();
    now.addAndGet(Duration.ofSeconds(9).toNanos());
    assertThat(probes.watched()).isTrue();
    now.addAndGet(Duration.ofSeconds(1).toNanos());
    assertThat(probes.watched()).isFalse();
  }

  @Test
  void balancersKnowWhenTheyHaveHeardItThreeTimes() {
    probes.toldNo();
    probes.toldNo();
    assertThat(probes.know()).isFalse();
    probes.toldNo();
    assertThat(probes.know()).isTrue();
  }
}
