package dev.nexusdelta.host.docker;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.json.JsonObject;
import java.time.Instant;
import java.util.Map;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;

final class ContainerEventTest {
  private static final String DIE =
      """
      {"status":"die","id":"c1","from":"i:1","Type":"container","Action":"die","Actor":{"ID":"c1",
       "Attributes":{"exitCode":"137","image":"i:1","name":"nexus-agent-a","nexus.agent":"A",
       "nexus.host":"h","other":"x"}},"scope":"local","time":1767225600,
       "timeNano":1767225600000000001}
      """;

  @Test
  void readsWhatTheEngineWrites() {
    assertThat(ContainerEvent.of(new JsonObject(DIE)))
        .contains(
            new ContainerEvent(
                ContainerEvent.Kind.DIE,
                "c1",
                "nexus-agent-a",
                Map.of("nexus.agent", "A", "nexus.host", "h"),
                OptionalInt.of(137),
                OptionalInt.empty(),
                Instant.parse("2026-01-01T00:00:00.000000001Z")));
  }

  @Test
  void leavesOutOtherKinds() {
    assertThat(ContainerEvent.of(new JsonObject("{\"Action\":\"exec_start: sh\"}"))).isEmpty();
    assertThat(ContainerEvent.of(new JsonObject())).isEmpty();
  }
}
