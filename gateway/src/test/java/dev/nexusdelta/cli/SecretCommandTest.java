package dev.nexusdelta.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nexusdelta.cli.process.SecretFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SecretCommandTest {
  @TempDir private Path folder;
  private CommandRun nexus;
  private Path file;

  @BeforeEach
  void open() throws IOException {
    nexus = new CommandRun(folder);
    file = folder.resolve(".nexus/secrets.json");
    Files.createDirectories(folder.resolve("agents/echo"));
    Files.writeString(
        folder.resolve("agents/echo/agent.yaml"),
        "name: Echo\nrun: {command: x}\nsecrets: [API_KEY]\n");
  }

  @Test
  void takesTheValueFromStandardInputAndKeepsItToItsOwner() throws IOException {
    CommandRun.Result set = nexus.in("hush \"hush\"\n").run("secret", "set", "Echo", "API_KEY");
    assertThat(set.code()).as(set.err()).isZero();
    assertThat(set.out() + set.err()).doesNotContain("hush").doesNotContain("add API_KEY");
    assertThat(file).content().isEqualTo("{\"echo\":{\"API_KEY\":\"hush \\\"hush\\\"\"}}");
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
        .isEqualTo("rw-------");
    assertThat(nexus.in("x").run("secret", "set", "echo", "OTHER").err())
        .contains("add OTHER to secrets: in agents/echo/agent.yaml");
  }

  @Test
  void refusesNamesAndValuesThatCannotBe() {
    for (String[] wrong :
        List.of(
            new String[] {"set", "Echo", "A-B"},
            new String[] {"set", "Ec ho", "A"},
            new String[] {"unset", "Echo", "A-B"},
            new String[] {"list", "Ec ho"})) {
      String[] line = new String[wrong.length + 1];
      line[0] = "secret";
      System.arraycopy(wrong, 0, line, 1, wrong.length);
      CommandRun.Result refused = nexus.in("hush").run(line);
      assertThat(refused.code()).as(refused.err()).isEqualTo(5);
      assertThat(refused.err()).contains("error: ").contains("try: ");
    }
    assertThat(nexus.in("").run("secret", "set", "Echo", "A").code()).isEqualTo(5);
    assertThat(nexus.in("a\0b").run("secret", "set", "Echo", "A").code()).isEqualTo(5);
    assertThat(nexus.in("a".repeat(131_070)).run("secret", "set", "Echo", "A").code()).isEqualTo(5);
    assertThat(file).doesNotExist();
    // One less is all that a program can be started with.
    assertThat(nexus.in("a".repeat(131_069)).run("secret", "set", "Echo", "A").code()).isZero();
  }

  @Test
  void oneLineEndIsOfTheFile() {
    nexus.in("a\n\r\n").run("secret", "set", "Echo", "A");
    assertThat(file).content().isEqualTo("{\"echo\":{\"A\":\"a\\n\"}}");
  }

  @Test
  void refusesWhatIsNoText() {
    byte[] binary = {(byte) 0xff, (byte) 0xfe, 'a'};
    CommandRun.Result refused = nexus.in(binary).run("secret", "set", "Echo", "A");
    assertThat(refused.code()).isEqualTo(5);
    assertThat(refused.err()).contains("no UTF-8 text");
    assertThat(file).doesNotExist();
  }

  @Test
  void listsNamesAlone() {
    assertThat(nexus.run("secret", "list").err()).contains("nexus secret set AGENT NAME");
    nexus.in("hush").run("secret", "set", "Zoe", "B");
    nexus.in("hush").run("secret", "set", "Zoe", "A");
    nexus.in("hush").run("secret", "set", "Echo", "API_KEY");
    assertThat(nexus.run("secret", "list").out())
        .isEqualTo("AGENT  NAME\necho   API_KEY\nzoe    A\nzoe    B\n");
    assertThat(nexus.run("secret", "list", "ZOE").out())
        .isEqualTo("AGENT  NAME\nzoe    A\nzoe    B\n");
    CommandRun.Result json = nexus.run("secret", "list", "Echo", "-o", "json");
    assertThat(json.out().replaceAll("\\s", ""))
        .isEqualTo("{\"secrets\":[{\"agent\":\"echo\",\"name\":\"API_KEY\"}]}");
    assertThat(json.err()).isEmpty();
  }

  @Test
  void losesNoneOfThoseThatAreSetAtOnce() {
    List<String> names = IntStream.range(0, 40).mapToObj(i -> "KEY_" + i).toList();
    assertThat(names.parallelStream().map(this::set)).containsOnly(0);
    assertThat(new SecretFile(file.getParent()).names().get("echo"))
        .containsExactlyInAnyOrderElementsOf(names);
    assertThat(file.getParent()).isDirectoryNotContaining("glob:**.tmp");
  }

  private int set(String name) {
    return new CommandRun(folder).in("hush").run("secret", "set", "Echo", name).code();
  }

  @Test
  void forgetsOneAndSaysWhatThatMeans() throws IOException {
    nexus.in("hush").run("secret", "set", "Echo", "API_KEY");
    nexus.in("hush").run("secret", "set", "Zoe", "B");
    CommandRun.Result unset = nexus.run("secret", "unset", "ECHO", "API_KEY");
    assertThat(unset.code()).as(unset.err()).isZero();
    assertThat(unset.err())
        .contains("nexus restart ECHO")
        .contains("still lists API_KEY under secrets");
    assertThat(file).content().isEqualTo("{\"zoe\":{\"B\":\"hush\"}}");
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
        .isEqualTo("rw-------");
    CommandRun.Result again = nexus.run("secret", "unset", "ECHO", "API_KEY");
    assertThat(again.code()).isEqualTo(3);
    assertThat(again.err()).contains("is not set").contains("try: nexus secret list");
  }

  @Test
  void showsNothingOfAFileThatCannotBeRead() throws IOException {
    Files.createDirectories(file.getParent());
    Files.writeString(file, "{\"a\": hush");
    for (String line : List.of("list", "unset Echo A", "set Echo A")) {
      CommandRun.Result failed = nexus.in("v").run(("secret " + line).split(" "));
      assertThat(failed.code()).isEqualTo(1);
      assertThat(failed.out() + failed.err()).doesNotContain("hush").contains("secrets.json");
    }
    assertThat(file).content().isEqualTo("{\"a\": hush");
  }

  @Test
  void aSecretWrittenOutInAFileIsRefusedWithWhatToDo() throws IOException {
    Files.writeString(
        folder.resolve("agents/echo/agent.yaml"),
        "name: Echo\nrun: {command: x}\nenv:\n  API_KEY: hush\n");
    try (FakeGateway gateway = new FakeGateway()) {
      CommandRun.Result refused =
          nexus.env("NEXUS_URL", gateway.url()).run("apply", "-f", "agents/echo/agent.yaml");
      assertThat(refused.code()).isEqualTo(5);
      assertThat(refused.err())
          .contains("agents/echo/agent.yaml:4:12: env.API_KEY is named like a secret")
          .contains("nexus secret set AGENT API_KEY")
          .doesNotContain("hush");
      assertThat(gateway.requests()).noneMatch(request -> request.startsWith("PUT"));
    }
  }
}
