package dev.nexusdelta.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nexusdelta.cli.folder.AgentFolder;
import dev.nexusdelta.it.ComposeProgram;
import dev.nexusdelta.manifest.Manifest;
import dev.nexusdelta.manifest.Run;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ExportCommandTest {
  @TempDir private Path folder;
  private CommandRun nexus;

  @BeforeEach
  void open() {
    nexus = new CommandRun(folder);
  }

  private void agent(String key, String manifest) throws IOException {
    Path file = folder.resolve("agents").resolve(key).resolve("agent.yaml");
    Files.createDirectories(file.getParent());
    Files.writeString(file, manifest);
  }

  private String read(String file) throws IOException {
    return Files.readString(folder.resolve(file));
  }

  private void agents() throws IOException {
    agent(
        "cmd",
        """
        name: Cmd
        run: {command: "python3 main.py --port ${PORT}"}
        env: {PRICE: 5$ each, HOME_URL: "http://${env:SITE}/$x", CERT: "${file:cert.pem}"}
        secrets: [OPENAI_API_KEY]
        resources: {memory: 256MiB, cpus: 0.5}
        scale: {min: 2, max: 4}
        """);
    Files.writeString(folder.resolve("agents/cmd/main.py"), "print()");
    Files.writeString(folder.resolve("agents/cmd/.env"), "hush-hush");
    Files.writeString(folder.resolve("agents/cmd/cert.pem"), "hush-hush");
    agent(
        "box",
        """
        name: Box
        version: 2.1
        run:
          image: registry.example:5000/box:1
          container-port: 9000
          volumes: [{name: models, path: /models, readOnly: true}]
        """);
    agent("far", "name: Far\nrun: {url: 'http://127.0.0.1:9000'}\n");
    nexus.env("OPENAI_API_KEY", "hush-hush").env("SITE", "hush-hush");
  }

  @Test
  void writesAProjectWithoutSecretsOrPorts() throws Exception {
    agents();
    CommandRun.Result done = nexus.run("export", "compose");
    assertThat(done.code()).as(done.err()).isZero();
    assertThat(done.out()).startsWith("wrote compose: 3 agents, ");
    assertThat(done.err())
        .contains("Far runs elsewhere")
        .contains("means something else inside the gateway's container")
        .contains("cp compose/.env.example compose/.env")
        .contains("--scale box=3");
    String text = read("compose/docker-compose.yml");
    assertThat(text).doesNotContain("version:\n").doesNotContain("\nversion:");
    assertThat(text.split("ports:", -1)).as("the gateway's alone").hasSize(2);
    assertThat(text)
        .contains("$${PORT}")
        .contains("5$$ each")
        .contains("http://${SITE:?see .env.example}/$$x")
        .contains("CERT: \"${CMD_CERT:?see .env.example}\"")
        .contains("OPENAI_API_KEY: \"${OPENAI_API_KEY:?see .env.example}\"");
    assertThat(read("compose/.env.example"))
        .contains("# secret of Cmd\nOPENAI_API_KEY=\n")
        .contains("CMD_CERT=")
        .contains("SITE=");
    assertThat(read("compose/build/cmd/Dockerfile")).startsWith("FROM debian:stable-slim\n");
    assertThat(folder.resolve("compose/build/cmd/main.py")).exists();
    try (var files = Files.walk(folder.resolve("compose"))) {
      assertThat(files.filter(Files::isRegularFile))
          .allSatisfy(file -> assertThat(Files.readString(file)).doesNotContain("hush"));
    }
  }

  @Test
  void theGatewayOnlyRoutes() throws Exception {
    agents();
    nexus.run("export", "compose");
    Manifest cmd = manifest("cmd");
    assertThat(cmd.run()).isEqualTo(new Run.Url(List.of(URI.create("http://cmd:8080"))));
    assertThat(cmd.env()).isEmpty();
    assertThat(cmd.secrets()).isEmpty();
    assertThat(cmd.scale()).isEmpty();
    assertThat(manifest("box").run())
        .isEqualTo(new Run.Url(List.of(URI.create("http://box:9000"))));
    assertThat(manifest("box").version()).isEqualTo("2.1");
    assertThat(manifest("far").run())
        .isEqualTo(new Run.Url(List.of(URI.create("http://127.0.0.1:9000"))));
  }

  private Manifest manifest(String key) {
    return new AgentFolder(folder.resolve("compose/agents").resolve(key)).manifest().orElseThrow();
  }

  @Test
  void aRealComposeUnderstandsIt() throws Exception {
    ComposeProgram compose = ComposeProgram.find();
    agents();
    nexus.run("export", "compose");
    Path project = folder.resolve("compose");
    ComposeProgram.Ended unset = compose.run(project, Map.of(), "config");
    assertThat(unset.code()).isNotZero();
    assertThat(unset.output()).contains("see .env.example");
    Files.writeString(project.resolve(".env"), "OPENAI_API_KEY=k1\nSITE=s1\nCMD_CERT=c1\n");
    String text = compose.runWell(project, Map.of(), "config");
    JsonObject services = yaml(text).getJsonObject("services");
    assertThat(services.fieldNames()).containsExactlyInAnyOrder("gateway", "cmd", "box");
    JsonObject cmd = services.getJsonObject("cmd");
    assertThat(cmd.getJsonObject("environment").getString("OPENAI_API_KEY")).isEqualTo("k1");
    assertThat(cmd.getJsonObject("environment").getString("HOME_URL")).startsWith("http://s1/$");
    for (String name : services.fieldNames()) {
      JsonObject service = services.getJsonObject(name);
      assertThat(service.getBoolean("read_only")).as(name).isTrue();
      assertThat(service.getBoolean("init")).as(name).isTrue();
      assertThat(service.getJsonArray("cap_drop")).containsExactly("ALL");
      assertThat(service.getString("restart")).isEqualTo("unless-stopped");
      assertThat(service.containsKey("pids_limit")).isTrue();
      assertThat(service.containsKey("mem_limit")).isTrue();
      assertThat(service.containsKey("ports")).as(name).isEqualTo(name.equals("gateway"));
    }
  }

  /** Compose answers in YAML only, in its first generation. */
  private static JsonObject yaml(String text) throws Exception {
    ComposeProgram.Ended json =
        ComposeProgram.run(
            Path.of("."),
            Map.of("TEXT", text),
            List.of(
                "python3",
                "-c",
                "import os,json,yaml; print(json.dumps(yaml.safe_load(os.environ['TEXT'])))"));
    Assumptions.assumeTrue(json.code() == 0, "python3 with yaml is not installed");
    return new JsonObject(json.output());
  }

  @Test
  void overwritesOnlyWhatItWrote() throws Exception {
    agents();
    nexus.run("export", "compose");
    Files.writeString(folder.resolve("compose/notes.txt"), "mine");
    deleteAgent("far");
    assertThat(nexus.run("export", "compose").code()).as("again").isZero();
    assertThat(folder.resolve("compose/agents/far/agent.yaml")).doesNotExist();
    assertThat(read("compose/notes.txt")).isEqualTo("mine");
    Path file = folder.resolve("compose/docker-compose.yml");
    Files.writeString(file, Files.readString(file) + "# mine\n");
    CommandRun.Result refused = nexus.run("export", "compose");
    assertThat(refused.code()).isEqualTo(4);
    assertThat(refused.err()).contains("docker-compose.yml").contains("--force");
    assertThat(Files.readString(file)).endsWith("# mine\n");
    assertThat(nexus.run("export", "compose", "--force").code()).isZero();
    assertThat(Files.readString(file)).doesNotContain("# mine");
    assertThat(nexus.run("export", "compose", "--to", "agents/x").code()).isEqualTo(2);
    assertThat(nexus.run("export", "compose", "--to", ".").code()).isEqualTo(2);
  }

  private void deleteAgent(String key) throws IOException {
    Files.delete(folder.resolve("agents").resolve(key).resolve("agent.yaml"));
  }

  @Test
  void keepsAnAgentCalledGatewayApart() throws Exception {
    agent("gateway", "name: Gateway\nrun: {image: x}\n");
    assertThat(nexus.run("export", "compose").code()).isZero();
    assertThat(read("compose/docker-compose.yml"))
        .contains("\n  nexus-gateway:\n")
        .contains("\n  gateway:\n");
    assertThat(manifest("gateway").run())
        .isEqualTo(new Run.Url(List.of(URI.create("http://gateway:8000"))));
  }

  @Test
  void itsOwnProjectCanBeTakenBack() throws Exception {
    agents();
    nexus.run("export", "compose");
    CommandRun.Result back =
        nexus
            .env("CMD_CERT", "c")
            .run(
                "create",
                "--from-compose",
                "compose/docker-compose.yml",
                "box",
                "--agents",
                "again");
    assertThat(back.code()).as(back.err()).isZero();
    Manifest box = new AgentFolder(folder.resolve("again/box")).manifest().orElseThrow();
    assertThat(box.name().value()).isEqualTo("Box");
    assertThat(box.version()).isEqualTo("2.1");
    assertThat(box.run())
        .isEqualTo(
            new Run.Image(
                "registry.example:5000/box:1",
                9000,
                List.of(new Run.Volume("models", "/models", true))));
  }

  @Test
  void saysWhatIsMissing() throws Exception {
    assertThat(nexus.run("export").code()).isEqualTo(2);
    CommandRun.Result none = nexus.run("export", "compose");
    assertThat(none.code()).isEqualTo(3);
    agent("bad", "name: Bad\nrunn: {}\n");
    assertThat(nexus.run("export", "compose").err()).contains("agents/bad/agent.yaml:2:7");
    agent("bad", "name: Bad\nrun: {java: Bad.java}\n");
    assertThat(nexus.run("export", "compose").err()).contains("through the launcher");
  }

  private void launcher(String name) throws IOException {
    Path program = folder.resolve(name);
    Files.createDirectories(program.getParent());
    Files.writeString(program, "#!/bin/sh\n");
    Files.setPosixFilePermissions(program, PosixFilePermissions.fromString("rwxr-xr-x"));
  }

  @Test
  void writesAUnitThatSystemdUnderstands() throws Exception {
    assertThat(nexus.run("export", "systemd").err()).contains("by the launcher");
    launcher("nexus");
    for (String[] line : new String[][] {{"export", "systemd"}, {"export", "systemd", "--user"}}) {
      CommandRun.Result unit = nexus.run(line);
      assertThat(unit.code()).as(unit.err()).isZero();
      assertThat(unit.out())
          .contains("ExecStart=" + folder.resolve("nexus") + " up\n")
          .contains("WorkingDirectory=" + folder + "\n")
          .contains("KillMode=process\n")
          .contains("Restart=on-failure\n")
          .contains("OOMPolicy=continue\n");
      assertThat(unit.err()).contains("install: ").contains("enable --now nexus-delta.service");
      parse(unit.out());
      verify(unit.out(), line.length > 2);
    }
    assertThat(nexus.run("export", "systemd", "--user").out())
        .doesNotContain("User=")
        .contains("WantedBy=default.target");
  }

  /** Sections with keys, and nothing else. */
  private static void parse(String unit) {
    assertThat(unit.lines().filter(line -> !line.isBlank() && !line.startsWith("#")))
        .allMatch(line -> line.matches("\\[(Unit|Service|Install)]|[A-Za-z]+=.+"));
  }

  private void verify(String unit, boolean user) throws Exception {
    Path file = folder.resolve("nexus-delta.service");
    Files.writeString(file, unit);
    ComposeProgram.Ended known =
        ComposeProgram.run(folder, Map.of(), List.of("systemd-analyze", "--version"));
    if (known.code() != 0) {
      return; // parsed above
    }
    List<String> line =
        user
            ? List.of("systemd-analyze", "--user", "verify", file.toString())
            : List.of("systemd-analyze", "verify", file.toString());
    ComposeProgram.Ended verdict =
        ComposeProgram.run(
            folder,
            Map.of("XDG_RUNTIME_DIR", folder.toString(), "SYSTEMD_LOG_LEVEL", "info"),
            line);
    assertThat(verdict.output().lines().filter(it -> it.contains("nexus-delta.service")))
        .as(verdict.output())
        .isEmpty();
    assertThat(verdict.code()).as(verdict.output()).isZero();
  }

  @Test
  void quotesWhatSystemdWouldTakeForSomethingElse() throws Exception {
    launcher("a b%c/nexus");
    CommandRun odd = new CommandRun(folder.resolve("a b%c"));
    CommandRun.Result unit = odd.run("export", "systemd", "--user", "--data", "d$1");
    assertThat(unit.out())
        .contains(
            "ExecStart=\"" + folder + "/a b%%c/nexus\" up --data \"" + folder + "/a b%%c/d$$1\"\n")
        .contains("WorkingDirectory=" + folder + "/a b%%c\n");
    verify(unit.out(), true);
  }
}
