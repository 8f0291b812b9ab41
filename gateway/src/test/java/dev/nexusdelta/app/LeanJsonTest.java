package dev.nexusdelta.app;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.json.Json;
import io.vertx.core.json.jackson.JacksonCodec;
import org.junit.jupiter.api.Test;

final class LeanJsonTest {
  @Test
  void plainTreesNeedNoObjectMapper() {
    assertThat(Json.CODEC.getClass()).isEqualTo(JacksonCodec.class);
  }
}
