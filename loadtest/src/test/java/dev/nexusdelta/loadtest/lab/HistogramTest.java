package dev.nexusdelta.loadtest.lab;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.SplittableRandom;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class HistogramTest {
  @Test
  void percentilesAreRightWithinASixtyFourth() {
    SplittableRandom random = new SplittableRandom(5);
    long[] micros =
        LongStream.generate(() -> (long) Math.exp(random.nextDouble() * 18))
            .limit(50_000)
            .toArray();
    Histogram histogram = new Histogram();
    LongStream.of(micros).forEach(time -> histogram.add(time * 1_000));
    long[] sorted = LongStream.of(micros).sorted().toArray();
    for (double percent : new double[] {1, 50, 95, 99, 99.9, 100}) {
      double exact = sorted[(int) Math.ceil(sorted.length * percent / 100) - 1] / 1_000.0;
      assertThat(histogram.percentile(percent))
          .as("percentile %s", percent)
          .isCloseTo(exact, within(exact / 64 + 0.001));
    }
  }

  @Test
  void anEmptyOneSaysZero() {
    assertThat(new Histogram().percentile(95)).isZero();
  }

  @Test
  void whatTakesMinutesLongerThanItsEndCountsAsTheLongest() {
    Histogram histogram = new Histogram();
    histogram.add(3_600_000_000_000L);
    assertThat(histogram.percentile(100)).isBetween(260_000.0, 270_000.0);
  }

  @Test
  void twoTogetherHoldWhatBothHeld() {
    Histogram one = new Histogram();
    Histogram two = new Histogram();
    one.add(1_000_000);
    two.add(5_000_000);
    one.addAll(two);
    assertThat(one.count()).isEqualTo(2);
    assertThat(one.percentile(100)).isCloseTo(5, within(0.1));
  }
}
