package dev.nexusdelta.cli.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.nexusdelta.cli.shell.CommandFailure;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DataFolderTest {
  @TempDir private Path data;

  @Test
  void takesNobodyElsesNumberForAGateway() throws IOException {
    assertThat(RunningGateway.find(data)).isEmpty();
    Files.writeString(
        data.resolve("gateway.json"),
        "{\"url\":\"http://127.0.0.1:1\",\"pid\":" + ProcessHandle.current().pid() + "}");
    assertThat(RunningGateway.recorded(data)).isPresent();
    assertThat(RunningGateway.find(data)).as("this test is no gateway").isEmpty();
    assertThat(RunningGateway.recorded(data).orElseThrow().admin())
        .as("administered where it is called")
        .hasToString("http://127.0.0.1:1");
    Files.writeString(
        data.resolve("gateway.json"),
        "{\"url\":\"http://127.0.0.1:1\",\"admin\":\"http://127.0.0.1:2\",\"listen\":\"127.0.0.1:1\",\"pid\":1}");
    assertThat(RunningGateway.recorded(data).orElseThrow().admin())
        .hasToString("http://127.0.0.1:2");
    Files.writeString(data.resolve("gateway.json"), "{\"url\":");
    assertThat(RunningGateway.recorded(data)).isEmpty();
  }

  @Test
  void keepsSecretsToTheirOwner() throws IOException {
    SecretFile secrets = new SecretFile(data.resolve("new"));
    secrets.set("a", "KEY", "v1");
    secrets.set("b", "KEY", "v2");
    secrets.set("a", "KEY", "v3\n\"");
    Path file = data.resolve("new/secrets.json");
    assertThat(file).content().isEqualTo("{\"a\":{\"KEY\":\"v3\\n\\\"\"},\"b\":{\"KEY\":\"v2\"}}");
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
        .isEqualTo("rw-------");
    assertThat(Files.list(file.getParent()))
        .containsExactlyInAnyOrder(file, file.resolveSibling("secrets.lock"));
  }

  @Test
  void neverShowsSecretsOfABrokenFile() throws IOException {
    Files.writeString(data.resolve("secrets.json"), "{\"a\": hush");
    assertThatThrownBy(() -> new SecretFile(data).set("a", "K", "v"))
        .isInstanceOf(CommandFailure.class)
        .hasMessageNotContaining("hush");
  }

  @Test
  void readsTheEndOfALog() throws IOException {
    Path log = data.resolve("x.log");
    Files.writeString(log, "old\na\nb\nc\n");
    assertThat(LogTail.of(log, 4, 2)).containsExactly("b", "c");
    assertThat(LogTail.of(log, 4, 9)).containsExactly("a", "b", "c");
    assertThat(LogTail.of(data.resolve("none"), 0, 2)).isEmpty();
  }
}
