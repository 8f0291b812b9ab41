package dev.nexusdelta.hop;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashSet;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

class ReplayWindowTest {
  private final ReplayWindow window = new ReplayWindow();

  @Test
  void acceptsEachSerialOnceInAnyOrderWithinTheWindow() {
    Random random = new Random(4);
    Set<Long> seen = new HashSet<>();
    long highest = -1;
    for (int i = 0; i < 200_000; i++) {
      long serial = Math.max(0, highest + 400 - random.nextInt(ReplayWindow.SERIALS + 2_000));
      boolean expected = serial > highest - ReplayWindow.SERIALS && !seen.contains(serial);
      assertThat(window.isNew(serial))
          .as("serial %s, highest %s", serial, highest)
          .isEqualTo(expected);
      if (expected) {
        seen.add(serial);
      }
      highest = Math.max(highest, serial);
    }
    assertThat(highest).isGreaterThan(3L * ReplayWindow.SERIALS);
  }

  @Test
  void takesWhatIsOlderThanTheWindowForSeen() {
    assertThat(window.isNew(0)).isTrue();
    assertThat(window.isNew(ReplayWindow.SERIALS)).isTrue();
    assertThat(window.isNew(0)).isFalse();
    assertThat(window.isNew(1)).isTrue();
    assertThat(window.isNew(1_000_000_000_000L)).isTrue();
    assertThat(window.isNew(1_000_000_000_000L - ReplayWindow.SERIALS + 1)).isTrue();
    assertThat(window.isNew(1_000_000_000_000L - ReplayWindow.SERIALS)).isFalse();
    assertThat(window.isNew(-1)).isFalse();
  }
}
