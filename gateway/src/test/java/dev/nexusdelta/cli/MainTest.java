package dev.nexusdelta.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class MainTest {
  @TempDir private Path folder;
  private CommandRun nexus;

  @BeforeEach
  void open() {
    nexus = new CommandRun(folder);
  }

  static Iterable<String> commands() {
    return Commands.NAMES;
  }

  @ParameterizedTest
  @MethodSource("commands")
  void everyCommandExplainsItselfOnStdout(String command) {
    CommandRun.Result help = nexus.run(command, "--help");
    assertThat(help.code()).isZero();
    assertThat(help.out()).contains("Usage: nexus " + command).contains("--help");
    assertThat(help.err()).isEmpty();
  }

  @Test
  void listsAllCommands() {
    CommandRun.Result help = nexus.run("--help");
    assertThat(help.code()).isZero();
    Commands.NAMES.forEach(name -> assertThat(help.out()).contains("\n  " + name + " "));
  }

  @Test
  void summariesAreWholeSentences() {
    // Help shows the first line of each description only.
    String help = nexus.run("--help").out();
    for (String name : Commands.NAMES) {
      String summary =
          help.substring(help.indexOf("\n  " + name + " ") + 3).split("\n(  \\S|\n|\\S)")[0];
      assertThat(summary.strip()).startsWith(name).endsWith(".");
    }
  }

  @Test
  void saysErrorOnce() {
    CommandRun.Result wrong = nexus.run("create", "--name", "X", "--image", "a", "--url", "b");
    assertThat(wrong.err()).startsWith("error: ").doesNotContain("Error:");
  }

  @Test
  void namesTheNearestCommand() {
    CommandRun.Result wrong = nexus.run("creat");
    assertThat(wrong.code()).isEqualTo(2);
    assertThat(wrong.out()).isEmpty();
    assertThat(wrong.err()).contains("error: there is no command 'creat'").contains("create");
    assertThat(wrong.err().lines().reduce((a, b) -> b))
        .hasValueSatisfying(last -> assertThat(last).startsWith("try: "));
  }

  @ParameterizedTest
  @CsvSource({
    "list --nonsense",
    "call",
    "call A",
    "call A t x",
    "scale A",
    "scale A=x",
    "start",
    "secret",
    "config",
    "completion fish",
    "create --name A --template cobol",
    "logs --tail many",
    "events --since yesterday --url http://127.0.0.1:1",
    "describe A B",
    "list -o xml",
    "dev",
  })
  void tellsWrongUsageFromFailure(String line) {
    CommandRun.Result wrong = nexus.run(line.split(" "));
    assertThat(wrong.code()).as(wrong.err()).isEqualTo(2);
    assertThat(wrong.err()).contains("error: ").contains("try: ");
  }

  @Test
  void saysWhatToDoWhereNoGatewayRuns() {
    CommandRun.Result failed = nexus.run("list");
    assertThat(failed.code()).isEqualTo(7);
    assertThat(failed.err())
        .contains("no gateway runs on the data folder .nexus")
        .contains("nexus up");
  }

  @Test
  void tellsFaultsOfTheConfiguration() {
    CommandRun.Result failed = nexus.env("NEXUS_LISTEN", "everywhere").run("list");
    assertThat(failed.code()).isEqualTo(5);
    assertThat(failed.err()).contains("listen = 'everywhere' (environment NEXUS_LISTEN)");
    assertThat(nexus.run("config", "check").code()).isEqualTo(5);
    assertThat(nexus.env("NEXUS_LISTEN", "").run("config", "check").code()).isZero();
  }

  @Test
  void explainsKeys() {
    CommandRun.Result known =
        nexus.env("NEXUS_PORTS", "9000-9010").run("config", "explain", "ports");
    assertThat(known.out()).contains("9000-9010").contains("NEXUS_PORTS").contains("8081-8180");
    assertThat(nexus.run("config", "explain", "nonsense").code()).isEqualTo(3);
    assertThat(nexus.run("config", "show", "-o", "json").out())
        .contains("\"key\": \"ports\"")
        .isEqualTo(nexus.run("config", "show", "-o", "json").out());
  }

  @Test
  void completesInBash() throws Exception {
    String script = nexus.run("completion", "bash").out();
    Process bash = new ProcessBuilder("bash", "-n").redirectErrorStream(true).start();
    bash.getOutputStream().write(script.getBytes(java.nio.charset.StandardCharsets.UTF_8));
    bash.getOutputStream().close();
    String said =
        new String(bash.getInputStream().readAllBytes(), java.nio.charset.StandardCharsets.UTF_8);
    assertThat(bash.waitFor()).as(said).isZero();
    assertThat(script).contains("start-all");
  }
}
