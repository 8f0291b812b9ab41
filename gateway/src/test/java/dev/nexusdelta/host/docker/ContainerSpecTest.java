package dev.nexusdelta.host.docker;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import org.junit.jupiter.api.Test;

final class ContainerSpecTest {
  @Test
  void theHashTellsWishesApartButNoValueOfTheEnvironment() {
    String hash = spec("image", Map.of("KEY", "secret")).hash();
    assertThat(hash).matches("[0-9a-f]{16}");
    assertThat(spec("image", Map.of("KEY", "other")).hash()).isEqualTo(hash);
    assertThat(spec("image", Map.of("OTHER", "secret")).hash()).isNotEqualTo(hash);
    assertThat(spec("other", Map.of("KEY", "secret")).hash()).isNotEqualTo(hash);
  }

  @Test
  void itsTextShowsNoValue() {
    assertThat(spec("image", Map.of("KEY", "secret")).toString()).doesNotContain("secret");
  }

  private static ContainerSpec spec(String image, Map<String, String> environment) {
    return new ContainerSpec(
        "name",
        image,
        Optional.empty(),
        List.of(),
        environment,
        Map.of(),
        64L << 20,
        OptionalDouble.empty(),
        8080,
        18_281,
        "network",
        List.of(),
        Duration.ofSeconds(10));
  }
}
