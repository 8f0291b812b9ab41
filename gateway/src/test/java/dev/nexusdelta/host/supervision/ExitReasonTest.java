package dev.nexusdelta.host.supervision;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.OptionalInt;
import org.junit.jupiter.api.Test;

/** How ends are told. */
final class ExitReasonTest {
  @Test
  void exitsAreTold() {
    assertThat(ExitReason.of(OptionalInt.of(0))).isEqualTo("exit code 0");
    assertThat(ExitReason.of(OptionalInt.of(137))).isEqualTo("killed by SIGKILL");
    assertThat(ExitReason.of(OptionalInt.of(127))).contains("not found");
    assertThat(ExitReason.of(OptionalInt.empty())).contains("unknown");
  }
}
