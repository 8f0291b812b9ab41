package dev.nexusdelta.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class HeapPressureTest {
  @Test
  void refusesMoreTheFullerItIsButNeverAll() {
    assertThat(HeapPressure.of(0)).isZero();
    assertThat(HeapPressure.of(0.919)).isZero();
    assertThat(HeapPressure.of(0.92)).isCloseTo(0.1, within(1e-9));
    assertThat(HeapPressure.of(0.95)).isCloseTo(0.5, within(1e-9));
    assertThat(HeapPressure.of(1)).isCloseTo(0.9, within(1e-9));
  }

  @Test
  void thisTestIsNotShortOfMemory() {
    assertThat(HeapPressure.now()).isZero();
  }
}
