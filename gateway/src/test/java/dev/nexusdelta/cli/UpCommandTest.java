package dev.nexusdelta.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nexusdelta.app.Settings;
import dev.nexusdelta.app.SettingsReader;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class UpCommandTest {
  @TempDir private Path folder;

  @Test
  void aBadMemberIsToldAsTyped() {
    CommandRun.Result result = new CommandRun(folder).run("up", "--join", "foo");
    assertThat(result.code()).isEqualTo(5);
    assertThat(result.err())
        .contains("cluster.members = 'foo' (flag --join): 'foo' is none: expected HOST:PORT")
        .contains("try: the same with another value of that flag")
        .doesNotContain("config check");
  }

  @Test
  void aBadValueThatIsKeptIsToBeChecked() {
    CommandRun.Result result =
        new CommandRun(folder).env("NEXUS_PORTS", "x").run("up", "--join", "foo");
    assertThat(result.err()).contains("flag --join").contains("try: nexus config check");
  }

  @Test
  void aLostGatewayIsStartedAgainWhereItWas() throws IOException {
    Path data = Files.createDirectories(folder.resolve(".nexus-2"));
    Files.writeString(
        data.resolve("gateway.json"),
        "{\"url\":\"http://127.0.0.1:8100\",\"listen\":\"127.0.0.1:8100\",\"pid\":999999999}");
    String again = "nexus up --data .nexus-2 --listen 127.0.0.1:8100";
    CommandRun nexus = new CommandRun(folder);
    assertThat(nexus.run("list", "--data", ".nexus-2").err()).contains("try: " + again);
    assertThat(nexus.run("doctor", "--data", ".nexus-2").out())
        .contains(again)
        .contains("port 8100")
        .doesNotContain("port 8080");
  }

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
