package dev.nexusdelta.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nexusdelta.cli.shell.Shell;
import java.io.ByteArrayInputStream;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine;

class DataHintsTest {
  @TempDir Path folder;

  private Shell shell(Map<String, String> env) {
    PrintStream nowhere = new PrintStream(PrintStream.nullOutputStream());
    return new Shell(
        nowhere,
        nowhere,
        new ByteArrayInputStream(new byte[0]),
        env,
        folder,
        false,
        Optional.empty(),
        "nexus");
  }

  private String hint(String text, String... args) {
    return DataHints.of(shell(Map.of()), args).apply(text);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          to end it: nexus down)                | to end it: nexus down --data .nexus-2)
          nexus logs A, and nexus doctor        | nexus logs --data .nexus-2 A, and nexus doctor --data .nexus-2
          nexus start-all; nexus start          | nexus start-all --data .nexus-2; nexus start --data .nexus-2
          nexus config check                    | nexus config check --data .nexus-2
          nexus down --data other               | nexus down --data other
          nexus export systemd --data x         | nexus export systemd --data x
          nexus sync restore A                  | nexus sync restore --data .nexus-2 A
          nexus restore F --url with another    | nexus restore F --url with another
          nexus up --help                       | nexus up --help
          end it with nexus down on its machine | end it with nexus down on its machine
          the nexus downtown, nexus completion  | the nexus downtown, nexus completion
          """)
  void namesTheFolderInEveryCommand(String said, String completed) {
    assertThat(hint(said, "up", "-d", "--data", ".nexus-2")).isEqualTo(completed);
    assertThat(hint(said, "up", "--data=.nexus-2", "-d")).isEqualTo(completed);
    assertThat(hint(said, "up", "-d")).isEqualTo(said);
  }

  @Test
  void leavesTheUsualFolderOut() {
    String said = "nexus down";
    assertThat(hint(said, "up", "--data", ".nexus")).isEqualTo(said);
    assertThat(hint(said, "up", "--data", folder.resolve(".nexus").toString())).isEqualTo(said);
    assertThat(hint(said, "call", "A", "t", "--", "--data", "x")).isEqualTo(said);
    assertThat(DataHints.of(shell(Map.of("NEXUS_DATA", "d2")), "up", "--data", "d2").apply(said))
        .isEqualTo(said);
    assertThat(
            DataHints.of(shell(Map.of("NEXUS_DATA", "d2")), "up", "--data", ".nexus").apply(said))
        .isEqualTo("nexus down --data .nexus");
    assertThat(hint(said, "up", "--data", "a b")).isEqualTo("nexus down --data 'a b'");
  }

  @Test
  void knowsEveryCommandThatTakesTheOption() {
    int known = 0;
    for (String name : Commands.NAMES) {
      known +=
          check(name, Commands.line(shell(Map.of()), Commands.NAMES).getSubcommands().get(name));
    }
    assertThat(known).isGreaterThan(30);
  }

  /** How many of it and its own take the option. */
  private int check(String path, CommandLine command) {
    boolean takes = command.getCommandSpec().findOption("--data") != null;
    String said = "nexus " + path;
    assertThat(hint(said, "up", "--data", "d2")).isEqualTo(takes ? said + " --data d2" : said);
    int known = takes ? 1 : 0;
    for (Map.Entry<String, CommandLine> each : command.getSubcommands().entrySet()) {
      if (takes && each.getValue().getCommandSpec().findOption("--data") == null) {
        continue; // it gets its parent's
      }
      known += check(path + " " + each.getKey(), each.getValue());
    }
    return known;
  }

  @Test
  void commandsSayIt() {
    CommandRun.Result result = new CommandRun(folder).run("list", "--data", ".nexus-2");
    assertThat(result.err())
        .contains("try: nexus up --data .nexus-2 (or nexus up --data .nexus-2 -d)");
  }
}
