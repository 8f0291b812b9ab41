package dev.nexusdelta.loadtest;

import static org.assertj.core.api.Assertions.assertThat;

import io.gatling.core.config.GatlingConfiguration;
import org.junit.jupiter.api.Test;

class OfflineTest {
  @Test
  void gatlingSpeaksToNobodyButTheGateway() {
    GatlingConfiguration configuration = GatlingConfiguration.load();
    assertThat(configuration.data().enableAnalytics()).isFalse();
    assertThat(configuration.http().warmUpUrl().isEmpty()).isTrue();
  }
}
