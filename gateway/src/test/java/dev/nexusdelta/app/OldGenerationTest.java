package dev.nexusdelta.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class OldGenerationTest {
  private static final long MIB = 1 << 20;

  @Test
  void refusesMoreTheFullerItIsButNeverAll() {
    assertThat(pressure(0)).isZero();
    assertThat(pressure(919)).isZero();
    assertThat(pressure(920)).isCloseTo(0.1, within(1e-9));
    assertThat(pressure(950)).isCloseTo(0.5, within(1e-9));
    assertThat(pressure(1000)).isCloseTo(0.9, within(1e-9));
  }

  @ParameterizedTest
  @CsvSource({
    "0, 0, false",
    "19, 0, false",
    "20, 0, true",
    "57, 38, false",
    "58, 38, true",
    "134, 90, false",
    "135, 90, true",
    "90, 100, false",
  })
  void isCollectedWhenMuchHasCome(long used, long left, boolean worth) {
    assertThat(new OldGeneration(used * MIB, left * MIB, 360 * MIB).isWorthCollecting())
        .isEqualTo(worth);
  }

  @Test
  void thisTestIsNotShortOfMemory() {
    assertThat(OldGeneration.now().orElseThrow().pressure()).isZero();
  }

  private static double pressure(long left) {
    return new OldGeneration(0, left, 1000).pressure();
  }
}
