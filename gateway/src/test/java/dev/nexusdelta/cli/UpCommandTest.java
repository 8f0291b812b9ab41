package dev.nexusdelta.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nexusdelta.app.Settings;
import dev.nexusdelta.app.SettingsReader;
import java.net.URI;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class UpCommandTest {
  @TempDir private Path folder;

  @ParameterizedTest
  @CsvSource({
    "http://127.0.0.1:8080,127.0.0.1:8080,false",
    "http://127.0.0.1:8080,localhost:8080,false",
    "http://127.0.0.1:8080,127.0.0.1:0,false",
    "http://127.0.0.1:8080,127.0.0.1:8081,true",
  })
  void knowsAnotherAddress(URI runs, String listen, boolean elsewhere) {
    Settings settings = SettingsReader.read(Map.of("listen", listen), Map.of(), folder);
    assertThat(UpCommand.elsewhere(runs, settings)).isEqualTo(elsewhere);
  }
}
