package dev.nexusdelta.quota;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nexusdelta.keys.CallRate;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class KeyQuotaTest {
  private static final long SECOND = TimeUnit.SECONDS.toNanos(1);

  private static KeyQuota alone(String rate, long nowNanos) {
    return new KeyQuota(CallRate.of(rate), 1, 1, nowNanos);
  }

  private static int atOnce(KeyQuota quota, long nowNanos) {
    int count = 0;
    while (quota.take(nowNanos).isAdmitted()) {
      count++;
    }
    return count;
  }

  @ParameterizedTest
  @CsvSource({"50/s, 50", "1/s, 1", "999999999/s, 999999999", "600/m, 60", "7/m, 1", "1000/h, 100"})
  void takesSoManyAtOnce(String rate, long burst) {
    assertThat(KeyQuota.burst(CallRate.of(rate))).isEqualTo(burst);
    if (burst < 1000) {
      assertThat(atOnce(alone(rate, 5), 5)).isEqualTo((int) burst);
    }
  }

  @ParameterizedTest
  @ValueSource(longs = {0, -7, Long.MAX_VALUE - 3, Long.MIN_VALUE})
  void takesOneForEachIntervalAfterwards(long start) {
    KeyQuota quota = alone("50/s", start);
    assertThat(atOnce(quota, start)).isEqualTo(50);
    assertThat(atOnce(quota, start + SECOND / 50 - 1000)).isZero();
    assertThat(atOnce(quota, start + SECOND / 50)).isEqualTo(1);
    assertThat(atOnce(quota, start + SECOND / 50 + SECOND / 2)).isEqualTo(25);
    assertThat(atOnce(quota, start + 3600 * SECOND)).isEqualTo(50);
  }

  @Test
  void saysHowOneStands() {
    KeyQuota quota = alone("30/m", 0);
    Admission first = quota.take(0);
    assertThat(first.isAdmitted()).isTrue();
    assertThat(first.remaining()).isEqualTo(2);
    assertThat(first.fullAfterSeconds()).isEqualTo(2);
    quota.take(0);
    quota.take(0);
    Admission late = quota.take(SECOND / 2);
    assertThat(late.isAdmitted()).isFalse();
    assertThat(late.remaining()).isZero();
    assertThat(late.retryAfterSeconds()).isEqualTo(2);
    assertThat(late.fullAfterSeconds()).isEqualTo(6);
    assertThat(quota.take(2 * SECOND).isAdmitted()).isTrue();
  }

  @Test
  void neitherGivesNorLosesOverDays() {
    KeyQuota quota = alone("10/s", 0);
    int admitted = 0;
    long end = TimeUnit.DAYS.toNanos(3);
    int seconds = 0;
    for (long now = 0; now < end; now += 100 * SECOND) {
      admitted += atOnce(quota, now);
      seconds += 100;
    }
    assertThat(admitted).isEqualTo(seconds / 100 * 10);
    for (long now = end; now < end + 7200 * SECOND; now += SECOND / 20) {
      admitted -= quota.take(now).isAdmitted() ? 1 : 0;
    }
    assertThat(seconds / 10 - admitted).isBetween(7200 * 10 - 1, 7200 * 10 + 10);
  }

  @Test
  void isExactAcrossThreads() throws Exception {
    KeyQuota quota = alone("1000/s", 0);
    AtomicInteger admitted = new AtomicInteger();
    CountDownLatch ready = new CountDownLatch(4);
    List<Thread> threads = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      Thread thread =
          new Thread(
              () -> {
                ready.countDown();
                for (int call = 0; call < 5000; call++) {
                  if (quota.take(SECOND / 10).isAdmitted()) {
                    admitted.incrementAndGet();
                  }
                }
              });
      threads.add(thread);
      thread.start();
    }
    for (Thread thread : threads) {
      thread.join(TimeUnit.SECONDS.toMillis(20));
      assertThat(thread.isAlive()).isFalse();
    }
    assertThat(admitted).hasValue(1000);
  }

  @Test
  void noSpanHoldsMoreThanItsShareAndOneBurst() {
    Random random = new Random(7);
    KeyQuota quota = alone("20/s", 0);
    Spans spans = new Spans(20, 20);
    long now = 0;
    for (int i = 0; i < 100_000; i++) {
      now += random.nextInt(10) == 0 ? random.nextLong(2 * SECOND) : random.nextLong(SECOND / 40);
      if (quota.take(now).isAdmitted()) {
        spans.admitted(now);
      }
    }
    assertThat(spans.worst()).isLessThanOrEqualTo(1e-6);
    assertThat(spans.count()).isGreaterThan(10_000);
  }

  @Test
  void partsTogetherHaveRoomForWhatOneHas() {
    CallRate rate = CallRate.of("50/s");
    int sum = 0;
    for (double share : new double[] {0.98, 0.01, 0.01}) {
      sum += atOnce(new KeyQuota(rate, share, 3, 0), 0);
    }
    // Parts of a use are nobody's.
    assertThat(sum).isBetween(48, 50);
    assertThat(atOnce(new KeyQuota(CallRate.of("2/s"), 0.001, 3, 0), 0)).isEqualTo(1);
  }

  @Test
  void losesWhatDoesNotFitAnyMoreAndGoesOnMoreSlowly() {
    KeyQuota quota = alone("100/s", 0);
    quota.share(0.1, 3, 0);
    assertThat(atOnce(quota, 0)).isEqualTo(10);
    assertThat(atOnce(quota, SECOND / 2)).isEqualTo(5);
    quota.share(1, 1, SECOND / 2);
    assertThat(atOnce(quota, SECOND)).isEqualTo(50);
  }

  @Test
  void itsShareChangesWhereTheClockOverflows() {
    long start = Long.MAX_VALUE - SECOND;
    KeyQuota quota = alone("100/s", start);
    assertThat(atOnce(quota, start)).isEqualTo(100);
    quota.share(0.5, 2, start + 2 * SECOND);
    assertThat(atOnce(quota, start + 2 * SECOND)).isEqualTo(50);
    assertThat(atOnce(quota, start + 2 * SECOND + SECOND / 2)).isEqualTo(25);
  }

  @Test
  void tellsWhatIsAskedFor() {
    KeyQuota quota = alone("10/s", 0);
    for (int i = 0; i < 20; i++) {
      quota.take(0);
    }
    assertThat(quota.wasShort()).isTrue();
    assertThat(quota.demand(SECOND)).isBetween(1.99, 2.01);
    assertThat(quota.wasShort()).isFalse();
    assertThat(quota.demand(SECOND)).isZero();
  }
}
