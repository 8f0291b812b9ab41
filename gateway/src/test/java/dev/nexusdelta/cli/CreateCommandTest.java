package dev.nexusdelta.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nexusdelta.cli.folder.AgentFolder;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CreateCommandTest {
  @TempDir private Path folder;
  private CommandRun nexus;

  @BeforeEach
  void open() {
    nexus = new CommandRun(folder);
  }

  @Test
  void writesAJavaAgent() throws IOException {
    CommandRun.Result created =
        nexus.run("create", "--name", "text-Agent2", "--capabilities", "nlp", "text mining");
    assertThat(created.code()).as(created.err()).isZero();
    assertThat(created.out())
        .isEqualTo("created agents/text-agent2: TextAgent2.java, agent.yaml\n");
    assertThat(created.err()).contains("nexus start --name text-Agent2");
    assertThat(read("text-agent2/TextAgent2.java"))
        .contains("public class TextAgent2 ")
        .contains("processData")
        .doesNotContain("@name@")
        .doesNotContain("@class@");
    assertThat(read("text-agent2/agent.yaml")).contains("capabilities: [nlp, text mining]");
  }

  @Test
  void overwritesNothing() throws IOException {
    nexus.run("create", "A");
    Files.writeString(folder.resolve("agents/a/A.java"), "mine");
    CommandRun.Result again = nexus.run("create", "--name", "a");
    assertThat(again.code()).isZero();
    assertThat(read("a/A.java")).isEqualTo("mine");
  }

  /** As a gateway that runs would: its file, its answers, and a process that looks like it. */
  private CommandRun.Result createWith(int status, String answer) throws Exception {
    Path data = Files.createDirectories(folder.resolve("data"));
    Process process =
        new ProcessBuilder("sh", "-c", "read line", "dev.nexusdelta.app.GatewayMain").start();
    try (FakeGateway gateway = new FakeGateway()) {
      gateway.on("POST /api/v1/agents/Fresh/apply", status, answer);
      Files.writeString(
          data.resolve("gateway.json"),
          "{\"url\":\"" + gateway.url() + "\",\"pid\":" + process.pid() + "}");
      return nexus.run("create", "--name", "Fresh", "--data", data.toString());
    } finally {
      process.destroy();
      process.waitFor();
    }
  }

  @Test
  void failsAndSaysWhyWhereTheGatewayCannotTakeItUp() throws Exception {
    CommandRun.Result created =
        createWith(
            503,
            "{\"status\":503,\"code\":\"no_majority\",\"detail\":\"nothing was changed: 2 of the 5"
                + " gateways are there\"}");
    assertThat(created.code()).isEqualTo(1);
    assertThat(created.out()).startsWith("created agents/fresh: ");
    assertThat(created.err())
        .contains("error: ")
        .contains("the gateway has not taken it up: nothing was changed: 2 of the 5 gateways")
        .containsPattern("try: nexus apply --data \\S+ Fresh");
  }

  @Test
  void whatIsStillToBeBuiltIsNoFailure() throws Exception {
    CommandRun.Result created =
        createWith(
            422,
            "{\"status\":422,\"code\":\"invalid_parameters\",\"detail\":\"/run/java: the file does"
                + " not exist\"}");
    assertThat(created.code()).isZero();
    assertThat(created.err())
        .contains("has not taken it up (/run/java: the file does not exist); ")
        .containsPattern("; nexus apply --data \\S+ Fresh");
  }

  @Test
  void namesTheKeyThatContradicts() {
    nexus.run("create", "--name", "A", "--capabilities", "x", "y");
    assertThat(nexus.run("create", "--name", "A", "--capabilities", "x", "y").code()).isZero();
    CommandRun.Result other = nexus.run("create", "--name", "A", "--capabilities", "z");
    assertThat(other.code()).isEqualTo(4);
    assertThat(other.err()).contains("'capabilities'").contains("agents/a/agent.yaml");
    assertThat(nexus.run("create", "--name", "A", "--template", "python").err()).contains("'run'");
    assertThat(nexus.run("create", "--name", "A", "--port", "9999").err()).contains("'port'");
  }

  @Test
  void givesTheNextFreePort() throws IOException {
    try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      String wish = Integer.toString(taken.getLocalPort());
      CommandRun.Result created = nexus.run("create", "--name", "A", "--port", wish);
      assertThat(created.err())
          .contains("port " + wish + " is taken by a program that listens there");
      int given =
          new AgentFolder(folder.resolve("agents/a")).manifest().orElseThrow().port().orElseThrow();
      assertThat(given).isGreaterThan(taken.getLocalPort());
      assertThat(nexus.run("create", "--name", "A", "--port", wish).code())
          .as("the same command again is no contradiction")
          .isZero();
      CommandRun.Result second =
          nexus.run("create", "--name", "B", "--port", Integer.toString(given));
      assertThat(second.err()).contains("is taken by agent A");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"9lives", "-a", "a b", "a-", "ä", "a/b", "..", ""})
  void refusesOtherNamesWithTheRule(String name) {
    CommandRun.Result refused = nexus.run("create", "--name", name);
    assertThat(refused.code()).isEqualTo(5);
    assertThat(refused.err())
        .contains("a letter followed by up to 39 letters, digits or inner hyphens");
    assertThat(folder.resolve("agents")).doesNotExist();
  }

  @Test
  void writesOtherKinds() throws IOException {
    assertThat(nexus.run("create", "--name", "Py", "--template", "python").code()).isZero();
    assertThat(read("py/py_agent.py")).contains("FastAPI(title=\"Py\")").contains("process_data");
    assertThat(read("py/agent.yaml")).contains("command: python3 py_agent.py").contains("venv");
    assertThat(nexus.run("create", "--name", "Cmd", "--command", "run \"it\": ${PORT}").code())
        .isZero();
    assertThat(nexus.run("create", "--name", "Cmd", "--command", "run \"it\": ${PORT}").code())
        .isZero();
    assertThat(nexus.run("create", "--name", "Far", "--url", "http://127.0.0.1:9000").code())
        .isZero();
    assertThat(nexus.run("create", "--name", "Far", "--url", "http://127.0.0.1:9001").code())
        .isEqualTo(4);
    assertThat(nexus.run("create", "--name", "Img", "--image", "reg/a:1").err())
        .contains("container host");
    assertThat(nexus.run("create", "--name", "X", "--image", "a", "--url", "b").code())
        .isEqualTo(2);
  }

  @Test
  void writesNothingThatItWouldRefuse() throws IOException {
    CommandRun.Result refused = nexus.run("create", "--name", "X1", "--url", "ftp://x");
    assertThat(refused.code()).isEqualTo(5);
    assertThat(refused.err()).contains("ftp://x");
    assertThat(folder.resolve("agents")).doesNotExist();
    assertThat(nexus.run("create", "--name", "X1", "--url", "http://127.0.0.1:9000").code())
        .isZero();
  }

  @Test
  void saysWhereTheProgramBelongs() {
    assertThat(nexus.run("create", "--name", "Cmd", "--command", "./run").err())
        .contains("put your program into agents/cmd/");
  }

  @Test
  void tellsThatASecretIsNotListed() throws IOException {
    nexus.run("create", "--name", "A");
    CommandRun.Result set = nexus.in("s3cret").run("secret", "set", "A", "KEY");
    assertThat(set.code()).isZero();
    assertThat(set.err()).contains("add KEY to secrets: in agents/a/agent.yaml");
    Path manifest = folder.resolve("agents/a/agent.yaml");
    Files.writeString(manifest, Files.readString(manifest) + "secrets: [KEY]\n");
    assertThat(nexus.in("s3cret").run("secret", "set", "A", "KEY").err()).doesNotContain("add KEY");
  }

  @Test
  void keepsClassNamesApartFromThoseOfTheTemplate() throws IOException {
    nexus.run("create", "--name", "tool");
    assertThat(read("tool/ToolAgent.java")).contains("public class ToolAgent ");
  }

  @Test
  void refusesAFileThatIsNoManifest() throws IOException {
    nexus.run("create", "--name", "A");
    Files.writeString(folder.resolve("agents/a/agent.yaml"), "name: A\nrunn: {}\n");
    CommandRun.Result refused = nexus.run("create", "--name", "A");
    assertThat(refused.code()).isEqualTo(5);
    assertThat(refused.err()).contains("agents/a/agent.yaml:2:7");
    CommandRun.Result doctor = nexus.run("doctor");
    assertThat(doctor.code()).isEqualTo(1);
    assertThat(doctor.out()).contains("agents/a/agent.yaml:2:7").contains("something is wrong");
  }

  private String read(String file) throws IOException {
    return Files.readString(folder.resolve("agents").resolve(file));
  }
}
