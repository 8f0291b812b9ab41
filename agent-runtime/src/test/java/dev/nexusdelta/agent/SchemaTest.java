package dev.nexusdelta.agent;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

final class SchemaTest {
  @Test
  void describesEveryTypeAsTheGoldenFileSays() throws IOException {
    try (InputStream golden = SchemaTest.class.getResourceAsStream("everything.tools.json")) {
      String expected =
          new String(golden.readAllBytes(), StandardCharsets.UTF_8).replaceAll("\n *", "");
      assertThat(AgentTester.of(new EverythingAgent()).tools()).isEqualTo(expected);
    }
  }
}
