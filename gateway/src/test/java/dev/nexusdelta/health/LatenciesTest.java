package dev.nexusdelta.health;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class LatenciesTest {
  private static final long SECOND = TimeUnit.SECONDS.toNanos(1);
  private final Latencies latencies = new Latencies();
  private final int[] totals = new int[Latencies.BUCKETS];

  @Test
  void aBucketIsNarrowAndHoldsItsMiddle() {
    for (int bucket = 0; bucket < Latencies.BUCKETS; bucket++) {
      assertThat(Latencies.bucket(Latencies.nanos(bucket))).isEqualTo(bucket);
    }
    Random random = new Random(3);
    for (int i = 0; i < 10_000; i++) {
      long nanos = 65_536 + random.nextLong(1L << 35);
      assertThat((double) Latencies.nanos(Latencies.bucket(nanos)) / nanos)
          .isCloseTo(1, within(0.13));
    }
    assertThat(Latencies.bucket(-1)).isZero();
    assertThat(Latencies.bucket(Long.MAX_VALUE)).isEqualTo(Latencies.BUCKETS - 1);
  }

  @Test
  void tellsTheMiddleAndTheSlowEnd() {
    for (int millis = 1; millis <= 100; millis++) {
      totals[Latencies.bucket(TimeUnit.MILLISECONDS.toNanos(millis))]++;
    }
    assertThat(latencies.look(bucket -> totals[bucket], 0, SECOND)).isEqualTo(100);
    assertThat(latencies.speed(0).p50() / 1e6).isCloseTo(50, within(8.0));
    assertThat(latencies.speed(0).p90() / 1e6).isCloseTo(90, within(12.0));
    assertThat(latencies.speed(0).samples()).isEqualTo(100);
  }

  @Test
  void whatIsOldFades() {
    totals[70] = Integer.MAX_VALUE;
    latencies.look(bucket -> totals[bucket], 0, SECOND);
    latencies.forget();
    totals[70] += 100;
    latencies.look(bucket -> totals[bucket], 0, SECOND);
    assertThat(latencies.speed(0).samples()).isEqualTo(100);
    for (int i = 0; i < 15; i++) {
      totals[10] += 10;
      latencies.look(bucket -> totals[bucket], 0, SECOND);
    }
    assertThat(latencies.speed(0).p50()).isEqualTo(Latencies.nanos(10));
    assertThat(latencies.speed(0).p90()).isEqualTo(Latencies.nanos(10));
  }

  @Test
  void anIdleReplicaIsNotStalled() {
    latencies.look(bucket -> 0, 0, SECOND);
    assertThat(latencies.speed(0).stalledNanos()).isZero();
    assertThat(latencies.speed(0).samples()).isZero();
    assertThat(latencies.speed(0).p50()).isZero();
  }
}
