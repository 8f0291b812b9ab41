package dev.nexusdelta.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nexusdelta.cli.folder.AgentFolder;
import dev.nexusdelta.manifest.Manifest;
import dev.nexusdelta.manifest.Run;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ComposeImportTest {
  /** The file of old installations, to the letter. */
  private static final String OLD =
      """
      # docker-compose-agents.yml
      version: '3.8'
      services:
        agent-001:
          build: ./Dockerfile.agent
          ports: ["28081:28081"]
          environment:
            - AGENT_NAME=DataProcessor
            - PORT=28081
        agent-002:
          # ... more agents
      """;

  @TempDir private Path folder;
  private CommandRun nexus;

  @BeforeEach
  void open() {
    nexus = new CommandRun(folder);
  }

  private CommandRun.Result create(String text, String... more) throws IOException {
    Files.writeString(folder.resolve("c.yml"), text);
    List<String> line = new java.util.ArrayList<>(List.of("create"));
    line.addAll(List.of(more));
    line.addAll(List.of("--from-compose", "c.yml"));
    return nexus.run(line.toArray(String[]::new));
  }

  private Manifest manifest(String key) {
    return new AgentFolder(folder.resolve("agents").resolve(key)).manifest().orElseThrow();
  }

  @Test
  void takesTheOldFileAsItIs() throws IOException {
    CommandRun.Result made = create(OLD);
    assertThat(made.code()).as(made.err()).isZero();
    assertThat(made.out())
        .isEqualTo("created agents/dataprocessor: DataProcessor.java, agent.yaml\n");
    assertThat(made.err())
        .contains("c.yml:10: service agent-002 says nothing: left out")
        .contains("c.yml:5: build './Dockerfile.agent' does not exist")
        .contains("DataProcessor.java is the template");
    Manifest manifest = manifest("dataprocessor");
    assertThat(manifest.name().value()).isEqualTo("DataProcessor");
    assertThat(manifest.run()).isEqualTo(new Run.Java("DataProcessor.java", List.of("lib/*.jar")));
    assertThat(manifest.port()).hasValue(28081);
    assertThat(manifest.env()).isEmpty();
  }

  @Test
  void overwritesNothing() throws IOException {
    create(OLD);
    Path code = folder.resolve("agents/dataprocessor/DataProcessor.java");
    Files.writeString(code, "mine");
    CommandRun.Result again = create(OLD);
    assertThat(again.code()).as(again.err()).isZero();
    assertThat(again.out()).contains("is there already and stays as it is");
    assertThat(Files.readString(code)).isEqualTo("mine");
    CommandRun.Result other = create(OLD.replace("- PORT=", "- LEVEL=1\n      - PORT="));
    assertThat(other.code()).isEqualTo(4);
    assertThat(other.err()).contains("differs from agents/dataprocessor/agent.yaml in env");
    String more = OLD.replace("agent-002:", "agent-002:\n    image: x/y:1");
    CommandRun.Result partly = create(more.replace("- PORT=", "- LEVEL=1\n      - PORT="));
    assertThat(partly.code()).isEqualTo(9);
    assertThat(manifest("agent-002").run()).isInstanceOf(Run.Image.class);
  }

  @Test
  void takesImagesWithAllThatAManifestCanSay() throws IOException {
    CommandRun.Result made =
        create(
            """
            x-common: &common
              restart: unless-stopped
              mem_limit: 512m
            services:
              text_agent:
                <<: *common
                image: registry.example:5000/text:${TAG:-1.2}
                command: [serve, --fast]
                cpus: "0.5"
                ports: ["127.0.0.1:29001:8000/tcp", "29002:9000"]
                labels: {nexus.version: 2.0.1, team: a}
                environment:
                  LEVEL: info
                  PRICE: 5$$
                  HOME_URL: http://${HOST_NAME}/x
                  MODE: ${MODE:-fast}
                  API_KEY:
                  TOKEN: ${TOKEN}
                  NEXUS_URL: http://gateway
                volumes: ["models:/models:ro", "cache:/cache", "./x:/y"]
                deploy: {replicas: 3, update_config: {parallelism: 2}}
                depends_on: [other]
              other:
                restart: always
                image: other
                expose: ["7000"]
                deploy: {resources: {limits: {cpus: '2', memory: 1.5G}}}
              gateway:
                image: nexus-delta-gateway:latest
            volumes:
              models: {name: all-models}
              cache:
            """);
    assertThat(made.code()).as(made.err()).isZero();
    Manifest text = manifest("text-agent");
    assertThat(text.run())
        .isEqualTo(
            new Run.Image(
                "registry.example:5000/text:1.2",
                8000,
                List.of(
                    new Run.Volume("all-models", "/models", true),
                    new Run.Volume("cache", "/cache", false))));
    assertThat(text.version()).isEqualTo("2.0.1");
    assertThat(text.port()).hasValue(29001);
    assertThat(text.env())
        .containsEntry("LEVEL", "info")
        .containsEntry("PRICE", "5$")
        .containsEntry("HOME_URL", "http://${env:HOST_NAME}/x")
        .containsEntry("MODE", "fast")
        .hasSize(4);
    assertThat(text.secrets()).containsExactly("API_KEY", "TOKEN");
    assertThat(text.resources().memoryBytes()).hasValue(512L << 20);
    assertThat(text.resources().cpus()).hasValue(0.5);
    assertThat(text.scale().orElseThrow().min()).isEqualTo(3);
    Manifest other = manifest("other");
    assertThat(other.run()).isEqualTo(new Run.Image("other", 7000));
    assertThat(other.resources().memoryBytes()).hasValue(3L << 29);
    assertThat(folder.resolve("agents/gateway")).doesNotExist();
    assertThat(made.err().lines().filter(line -> line.contains("'restart'")).toList())
        .as("each key once")
        .singleElement()
        .asString()
        .contains("c.yml:2: 'restart' is not taken over (nor in 1 more)");
    assertThat(made.err())
        .contains("'text_agent' is no name of an agent: it is called text-agent")
        .contains("'command' is not taken over")
        .contains("'further ports' is not taken over")
        .contains("'depends_on' is not taken over")
        .contains("'labels' is not taken over")
        .contains("'deploy.update_config' is not taken over")
        .contains("'volumes' is not taken over: only named volumes")
        .contains("MODE gets the default of ${MODE}")
        .contains("service gateway is a gateway: left out");
  }

  @Test
  void refusesSecretsThatAreWrittenOut() throws IOException {
    String file =
        """
        services:
          echo:
            image: echo:1
            environment:
              LEVEL: info
              API_KEY: hunter2
        """;
    CommandRun.Result refused = create(file);
    assertThat(refused.code()).isEqualTo(5);
    assertThat(refused.err())
        .contains("c.yml:6: env.API_KEY is named like a secret")
        .contains("a variable without a value becomes a secret")
        .doesNotContain("hunter2");
    assertThat(folder.resolve("agents")).doesNotExist();
    assertThat(create(file.replace(" hunter2", "")).code()).isZero();
    assertThat(manifest("echo").secrets()).containsExactly("API_KEY");
  }

  @Test
  void copiesABuildFolderAndTheCommandOfItsDockerfile() throws IOException {
    Files.createDirectories(folder.resolve("src/py/.git"));
    Files.writeString(folder.resolve("src/py/.git/x"), "x");
    Files.writeString(folder.resolve("src/py/.env"), "SECRET=1");
    Files.writeString(folder.resolve("src/py/main.py"), "print()");
    Files.writeString(
        folder.resolve("src/py/Dockerfile.prod"),
        "FROM python:3\nENTRYPOINT [\"python3\", \"main.py\"]\nCMD [\"--name\", \\\n \"a b\"]\n");
    CommandRun.Result made =
        create(
            """
            services:
              py:
                build: {context: src/py, dockerfile: Dockerfile.prod, args: {A: 1}}
              own:
                build: src/py
                command: python3 main.py $$PORT
            """,
            "py");
    assertThat(made.code()).as(made.err()).isZero();
    assertThat(manifest("py").run()).isEqualTo(new Run.Command("python3 main.py --name 'a b'"));
    assertThat(folder.resolve("agents/py/Dockerfile")).exists();
    assertThat(folder.resolve("agents/py/main.py")).exists();
    assertThat(folder.resolve("agents/py/.git")).doesNotExist();
    assertThat(folder.resolve("agents/py/.env")).doesNotExist();
    assertThat(folder.resolve("agents/own")).as("not named").doesNotExist();
    assertThat(made.err()).contains("'build.args' is not taken over");
    Files.move(folder.resolve("src/py/Dockerfile.prod"), folder.resolve("src/py/Dockerfile"));
    CommandRun.Result own =
        create("services: {own: {build: src/py, command: python3 main.py $$PORT}}");
    assertThat(manifest("own").run())
        .as(own.err())
        .isEqualTo(new Run.Command("python3 main.py $PORT"));
    CommandRun.Result all = create("services: {everything: {build: .}}");
    assertThat(all.err()).contains("holds no Dockerfile");
    Files.writeString(folder.resolve("Dockerfile"), "CMD x");
    assertThat(create("services: {all2: {build: .}}").err()).contains("holds the agents too");
  }

  @Test
  void printsManifestsOnly() throws IOException {
    CommandRun.Result shown = create(OLD, "--dry-run");
    assertThat(shown.code()).isZero();
    assertThat(shown.err()).contains("DataProcessor.java is the template");
    assertThat(shown.out())
        .startsWith("---\n# agents/dataprocessor/agent.yaml\nname: DataProcessor\n");
    assertThat(folder.resolve("agents")).doesNotExist();
    assertThat(nexus.run("create", "A", "--dry-run").code()).isEqualTo(2);
    assertThat(create(OLD, "--port", "1").code()).isEqualTo(2);
  }

  @Test
  void givesEachServiceAPortOfItsOwn() throws IOException {
    CommandRun.Result made =
        create(
            "services: {a: {image: x, ports: ['28091:80']}, b: {image: x, ports: ['28091:80']}}");
    assertThat(made.code()).as(made.err()).isZero();
    assertThat(manifest("a").port()).hasValue(28091);
    assertThat(manifest("b").port().orElseThrow()).isGreaterThan(28091);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "services: [a] | c.yml:1:11: services is a list; expected a mapping",
        "a: 1 | there is no 'services:'",
        "services: {a: 1} | c.yml:1:15: service a is a single value",
        "services: {a: {}} | service a has neither 'image' nor 'build'",
        "services: {a: {image: 'x y'}} | c.yml:1: run.image is 'x y'",
        "services: {a: {image: x, ports: 80}} | ports is a single value",
        "services: {a: {image: x, ports: ['a:b']}} | a port is not PUBLISHED:TARGET",
        "services: {a: {image: x, mem_limit: lots}} | expected a size such as 256m or 1g, not 'lots'",
        "services: {a: {image: x, mem_limit: 1k}} | resources.memory is '1KiB'",
        "services: {a: {image: x, environment: {1A: x}}} | env.1A is not a name",
        "services: {a: {image: x, environment: 1}} | environment is a single value",
        "services: {a: {image: 'x:${NO_SUCH}'}} | ${NO_SUCH} is not set",
        "services: {a: {image: x}, A: {image: y}} | agent A is service a already (line 1)",
        "services: {a: {image: x, deploy: 1}} | deploy is a single value",
        "services: {a: {image: x, volumes: ['data:/proc']}} | a path outside of /proc",
        "services: {a: {image: x}, a: {image: y}} | stands twice; keep one",
      })
  void saysWhereTheFaultIsAndWritesNothing(String text, String message) throws IOException {
    CommandRun.Result refused = create(text);
    assertThat(refused.code()).isEqualTo(5);
    assertThat(refused.err()).contains("c.yml:1").contains(message).contains("try: ");
    assertThat(folder.resolve("agents")).doesNotExist();
  }

  @Test
  void namesServicesThatAreNotThere() throws IOException {
    CommandRun.Result refused = create(OLD, "agent-01");
    assertThat(refused.code()).isEqualTo(5);
    assertThat(refused.err()).contains("there is no service 'agent-01'; did you mean agent-00");
    assertThat(nexus.run("create", "--from-compose", "none.yml").code()).isEqualTo(3);
  }
}
