package dev.nexusdelta.health;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nexusdelta.health.Latencies.Speed;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class OutliersTest {
  @Test
  void atMostAThirdIsEjectedAndNeverTheLast() {
    for (int replicas = 0; replicas <= 30; replicas++) {
      int ejected = 0;
      while (Outliers.mayEject(replicas, ejected)) {
        ejected++;
      }
      assertThat(ejected).isEqualTo(replicas / 3);
    }
  }

  @Test
  void fewerThanHalfAreTooFew() {
    assertThat(Outliers.tooFew(3, 1)).isTrue();
    assertThat(Outliers.tooFew(3, 2)).isFalse();
    assertThat(Outliers.tooFew(2, 1)).isFalse();
    assertThat(Outliers.tooFew(2, 0)).isTrue();
    assertThat(Outliers.tooFew(0, 0)).isFalse();
  }

  @Test
  void eachEjectionIsLongerThanTheOneBefore() {
    assertThat(IntStream.range(0, 6).mapToObj(Outliers::hold))
        .extracting(Duration::toSeconds)
        .containsExactly(5L, 10L, 20L, 40L, 60L, 60L);
    assertThat(Outliers.hold(Integer.MAX_VALUE)).hasSeconds(60);
  }

  @Test
  void oneThatTakesThreeTimesAsLongIsSlow() {
    assertThat(Outliers.slow(speed(5_000, 5_100), List.of(speed(50, 80), speed(40, 60))))
        .contains("slow: every second call takes 5.0 s or more, on its peers 40 ms");
    assertThat(Outliers.slow(speed(119, 200), List.of(speed(40, 60)))).isEmpty();
  }

  @Test
  void smallDifferencesDoNotMatter() {
    assertThat(Outliers.slow(speed(40, 60), List.of(speed(1, 2), speed(1, 2)))).isEmpty();
  }

  @Test
  void oneSlowToolDoesNotMakeASlowReplica() {
    // Half of the calls here go to a slow tool, a third at the peers: its slow end is theirs.
    assertThat(Outliers.slow(speed(2_000, 2_100), List.of(speed(20, 2_000), speed(20, 2_000))))
        .isEmpty();
    assertThat(Outliers.slow(speed(20, 2_000), List.of(speed(20, 30), speed(20, 30)))).isEmpty();
  }

  @Test
  void fewCallsOrNoPeersSayNothing() {
    Speed few = new Speed(19, 5_000_000_000L, 5_000_000_000L, 0);
    assertThat(Outliers.slow(few, List.of(new Speed(60, 1, 1, 0)))).isEmpty();
    assertThat(Outliers.slow(speed(5_000, 5_000), List.of())).isEmpty();
    assertThat(Outliers.slow(speed(5_000, 5_000), List.of(new Speed(3, 1, 1, 0)))).isEmpty();
  }

  @Test
  void fewCallsAreEnoughOfOneThatIsSparedAlready() {
    List<Speed> peers = List.of(speed(20, 30), speed(20, 30));
    long two = TimeUnit.SECONDS.toNanos(2);
    assertThat(Outliers.slow(new Speed(3, two, two, 0), peers)).isPresent();
    assertThat(Outliers.slow(new Speed(2, two, two, 0), peers)).isEmpty();
  }

  @Test
  void whereAllAreSlowNoneIs() {
    assertThat(
            Outliers.slow(speed(5_000, 6_000), List.of(speed(4_000, 5_000), speed(6_000, 6_000))))
        .isEmpty();
  }

  @Test
  void aReplicaThatStoppedAnsweringIsFoundWithinTwoLooks() {
    Latencies good = new Latencies();
    Latencies hung = new Latencies();
    int[] totals = new int[Latencies.BUCKETS];
    long second = TimeUnit.SECONDS.toNanos(1);
    int fast = Latencies.bucket(TimeUnit.MILLISECONDS.toNanos(50));
    for (int i = 0; i < 10; i++) {
      totals[fast] += 66;
      good.look(b -> totals[b], 3, second);
      hung.look(b -> totals[b], 3, second);
    }
    assertThat(Outliers.slow(hung.speed(3), List.of(good.speed(3)))).isEmpty();
    int[] stopped = totals.clone();
    int found = 0;
    for (int i = 0; i < 3; i++) {
      totals[fast] += 66;
      good.look(b -> totals[b], 3, second);
      hung.look(b -> stopped[b], 64, second);
      found += Outliers.slow(hung.speed(64), List.of(good.speed(3))).isPresent() ? 1 : 0;
    }
    assertThat(found).isGreaterThanOrEqualTo(2);
    assertThat(Outliers.slow(hung.speed(64), List.of(good.speed(3))).orElseThrow())
        .isEqualTo("slow: no answer for 3.0 s while its peers answer within 46 ms");
  }

  private static Speed speed(long p50, long p90) {
    return new Speed(
        100, TimeUnit.MILLISECONDS.toNanos(p50), TimeUnit.MILLISECONDS.toNanos(p90), 0);
  }
}
