package dev.nexusdelta.host.docker;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

@NeedsEngine
final class EngineClientsIT {
  @Test
  void bothClientsReachTheEngine() {
    try (EngineClients clients =
        new EngineClients(EngineCondition.address(), Duration.ofSeconds(5))) {
      clients.streams().pingCmd().exec();
      assertThat(clients.calls().versionCmd().exec().getApiVersion()).isNotEmpty();
    }
  }
}
