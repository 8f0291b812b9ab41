package dev.nexusdelta.scaling;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

final class BackOffTest {
  private static final long MS = 1_000_000;

  @Test
  void doublesFrom100MillisTo30Seconds() {
    List<Long> delays = new ArrayList<>();
    BackOff backOff = BackOff.NONE;
    long now = 5;
    for (int i = 0; i < 12; i++) {
      backOff = backOff.failed(now, now + MS);
      now = backOff.notBefore();
      delays.add(backOff.delay().toMillis());
    }
    assertThat(delays)
        .containsExactly(
            100L, 200L, 400L, 800L, 1_600L, 3_200L, 6_400L, 12_800L, 25_600L, 30_000L, 30_000L,
            30_000L);
  }

  @Test
  void neverOverflowsHoweverManyFailures() {
    BackOff backOff = new BackOff(Integer.MAX_VALUE - 1, 0, 0).failed(1, 2);

    assertThat(backOff.delay()).isEqualTo(BackOff.LONGEST);
  }

  @Test
  void beginsAnewAfterTenHealthyMinutes() {
    BackOff loop = failures(6);
    long started = loop.notBefore();

    BackOff after = loop.failed(started, started + BackOff.HEALTHY.toNanos());

    assertThat(after.failures()).isEqualTo(1);
    assertThat(after.delay()).isEqualTo(Duration.ofMillis(100));
  }

  @Test
  void goesOnJustBeforeTenHealthyMinutes() {
    BackOff loop = failures(6);
    long started = loop.notBefore();

    assertThat(loop.failed(started, started + BackOff.HEALTHY.toNanos() - 1).failures())
        .isEqualTo(7);
  }

  @Test
  void replicasThatEndTogetherAreOneFailure() {
    BackOff first = BackOff.NONE.failed(0, 1_000 * MS);

    BackOff third = first.failed(10 * MS, 1_001 * MS).failed(20 * MS, 1_002 * MS);

    assertThat(third.failures()).isEqualTo(1);
  }

  @Test
  void startsOneAtATimeInALoop() {
    BackOff loop = failures(4);
    long now = loop.notBefore();

    assertThat(loop.allowed(5, now - 1)).isZero();
    assertThat(loop.allowed(5, now)).isEqualTo(1);
    BackOff started = loop.started(now);
    assertThat(started.allowed(4, now + loop.delay().toNanos() - 1)).isZero();
    assertThat(started.allowed(4, now + loop.delay().toNanos())).isEqualTo(1);
  }

  @Test
  void startsAllAfterOneFailureAndAfterALoopLongAgo() {
    BackOff one = failures(1);
    BackOff loop = failures(4);

    assertThat(one.allowed(5, one.notBefore())).isEqualTo(5);
    assertThat(loop.allowed(5, loop.failedAt() + BackOff.HEALTHY.toNanos())).isEqualTo(5);
  }

  @Test
  void worksAcrossTheWrapOfTheClock() {
    long now = Long.MAX_VALUE - MS;
    BackOff wrapped = BackOff.NONE.failed(now - MS, now);

    assertThat(wrapped.allowed(1, now + 50 * MS)).isZero();
    assertThat(wrapped.allowed(1, now + 100 * MS)).isEqualTo(1);
  }

  private static BackOff failures(int count) {
    BackOff backOff = BackOff.NONE;
    long now = 0;
    for (int i = 0; i < count; i++) {
      backOff = backOff.failed(now, now + MS);
      now = backOff.notBefore();
    }
    return backOff;
  }
}
