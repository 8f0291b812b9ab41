package dev.nexusdelta.quota;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

class FairSharesTest {
  private static double[] of(double... wanted) {
    return FairShares.of(wanted, 1);
  }

  @Test
  void whoeverNeedsAllGetsNearlyAll() {
    assertThat(of(5, 0, 0)).containsExactly(new double[] {0.99, 0.005, 0.005}, within(1e-9));
  }

  @Test
  void smallNeedsAreMetAndTheRestIsDividedEqually() {
    assertThat(of(2, 0.2, 2)).containsExactly(new double[] {0.4, 0.2, 0.4}, within(1e-9));
    assertThat(of(3, 3, 3, 3)).containsOnly(new double[] {0.25}, within(1e-9));
  }

  @Test
  void whatNobodyNeedsIsDividedEqually() {
    assertThat(of(0.3, 0.1)).containsExactly(new double[] {0.6, 0.4}, within(1e-9));
    double[] idle = of(0, 0, 0);
    assertThat(idle).containsOnly(idle[0]);
  }

  @Test
  void partsAreAlwaysTheWhole() {
    Random random = new Random(3);
    for (int i = 0; i < 10_000; i++) {
      double[] wanted = new double[1 + random.nextInt(300)];
      Arrays.setAll(wanted, each -> random.nextInt(3) == 0 ? 0 : 3 * random.nextDouble());
      double total = 0.2 + random.nextDouble();
      double[] parts = FairShares.of(wanted, total);
      assertThat(Arrays.stream(parts).sum()).isCloseTo(total, within(1e-6));
      assertThat(Arrays.stream(parts).min().orElseThrow()).isPositive();
    }
  }
}
