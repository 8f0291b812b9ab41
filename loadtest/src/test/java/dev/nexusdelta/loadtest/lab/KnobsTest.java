package dev.nexusdelta.loadtest.lab;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Properties;
import org.junit.jupiter.api.Test;

class KnobsTest {
  private final Properties properties = new Properties();
  private final Knobs knobs = new Knobs(properties);

  @Test
  void remembersWhatWasAskedForButNoPaths() {
    properties.put("nexus.rate", "12.5");
    properties.put("nexus.key-file", "/secret");
    assertThat(knobs.number("rate", 1)).isEqualTo(12.5);
    assertThat(knobs.integer("seconds", 10)).isEqualTo(10);
    assertThat(knobs.path("key-file")).isPresent();
    assertThat(knobs.used())
        .containsEntry("rate", "12.5")
        .containsEntry("seconds", "10")
        .hasSize(2);
  }

  @Test
  void namesTheWrongValueAndWhatWasExpected() {
    properties.put("nexus.rate", "-3");
    properties.put("nexus.seconds", "1.5");
    assertThatThrownBy(() -> knobs.number("rate", 1)).hasMessageContaining("-Dnexus.rate=-3");
    assertThatThrownBy(() -> knobs.integer("seconds", 1)).hasMessageContaining("whole number");
  }
}
