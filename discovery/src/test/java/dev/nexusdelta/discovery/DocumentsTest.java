package dev.nexusdelta.discovery;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.json.JsonObject;
import org.junit.jupiter.api.Test;

final class DocumentsTest {
  @Test
  void readsSecretsThatAnOlderProgramLetIn() {
    JsonObject json = Documents.of(Specs.spec("Math", 1));
    json.getJsonObject("manifest").put("env", new JsonObject().put("API_KEY", "hunter2"));
    AgentSpec read = Documents.spec(json);
    assertThat(read.manifest().env()).containsEntry("API_KEY", "hunter2");
    assertThat(Documents.spec(Documents.of(read))).isEqualTo(read);
  }
}
