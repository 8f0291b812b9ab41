package dev.nexusdelta.cli.process;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nexusdelta.app.Settings;
import dev.nexusdelta.app.SettingsReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RunningGatewayTest {
  @TempDir private Path folder;

  private RunningGateway listening(String listen) throws IOException {
    Files.writeString(
        folder.resolve(RunningGateway.FILE),
        "{\"url\":\"http://127.0.0.1:8100\",\"pid\":1,\"listen\":\"%s\"}".formatted(listen));
    return RunningGateway.recorded(folder).orElseThrow();
  }

  private Settings settings(Map<String, String> env) {
    return SettingsReader.read(Map.of(), env, folder);
  }

  @ParameterizedTest
  @CsvSource({
    "127.0.0.1:8100,nexus up --listen 127.0.0.1:8100",
    "127.0.0.1:8080,nexus up",
    "'',nexus up",
  })
  void isStartedAgainWhereItListened(String listen, String command) throws IOException {
    assertThat(listening(listen).again(settings(Map.of()))).isEqualTo(command);
  }

  @Test
  void theConfigurationCountsWhereItSaysIt() throws IOException {
    Settings settings = settings(Map.of("NEXUS_LISTEN", "127.0.0.1:8300"));
    assertThat(listening("127.0.0.1:8100").again(settings)).isEqualTo("nexus up");
    assertThat(listening("127.0.0.1:8100").listensAt(settings)).isEqualTo(settings.listen());
  }
}
