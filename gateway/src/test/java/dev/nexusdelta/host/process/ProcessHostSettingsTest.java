package dev.nexusdelta.host.process;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Settings that cannot work are refused. */
final class ProcessHostSettingsTest {
  @TempDir Path root;

  @Test
  void aPortRangeThatIsNoneIsRefused() {
    assertThatThrownBy(() -> settings(9000, 8000)).hasMessageContaining("9000-8000");
    assertThatThrownBy(() -> settings(0, 8000)).hasMessageContaining("0-8000");
  }

  private ProcessHostSettings settings(int first, int last) {
    return new ProcessHostSettings(
        root,
        root,
        root,
        first,
        last,
        () -> "",
        Map.of(),
        Duration.ofSeconds(1),
        1,
        1,
        (f, m) -> "");
  }
}
