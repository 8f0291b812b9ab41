package dev.nexusdelta.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FailureReportTest {
  @TempDir private Path folder;

  @Test
  void whoLacksTheTokenIsToldWhatCommandsTake() throws IOException {
    try (FakeGateway gateway = new FakeGateway()) {
      gateway.on(
          "GET /api/v1/agents",
          401,
          "{\"status\":401,\"code\":\"unauthorized\",\"detail\":\"the admin API needs the admin"
              + " token\",\"hint\":\"send Authorization: Bearer <content of admin.token>\"}");
      CommandRun.Result refused = new CommandRun(folder).run("list", "--url", gateway.url());
      assertThat(refused.code()).isEqualTo(8);
      assertThat(refused.err())
          .contains("the admin API needs the admin token")
          .contains("try: --key-file with the gateway's admin.token")
          .contains("--data with its folder")
          .doesNotContain("Bearer");
    }
  }
}
