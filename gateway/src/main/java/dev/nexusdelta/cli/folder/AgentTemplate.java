package dev.nexusdelta.cli.folder;

import dev.nexusdelta.cli.shell.CommandFailure;
import dev.nexusdelta.cli.shell.ExitCode;
import dev.nexusdelta.cli.shell.YamlText;
import dev.nexusdelta.manifest.ManifestFault;
import dev.nexusdelta.manifest.ManifestReader;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Writes the files of a new agent. */
public final class AgentTemplate {
  private final NewAgent agent;
  private final Optional<Path> layout;
  private final Optional<String> manifest;

  /**
   * For one agent.
   *
   * @param layout folder of the built program; Maven agents compile against its {@code agent/}
   */
  public AgentTemplate(NewAgent agent, Optional<Path> layout) {
    this(agent, layout, Optional.empty());
  }

  /**
   * The same with another manifest.
   *
   * @param manifest empty = the template's own
   */
  public AgentTemplate(NewAgent agent, Optional<Path> layout, Optional<String> manifest) {
    this.agent = agent;
    this.layout = layout;
    this.manifest = manifest;
  }

  /**
   * Writes the files; the manifest last, because it makes the folder an agent. Writes nothing at
   * all if the manifest would be refused.
   *
   * @return what was written, relative to the folder
   * @throws CommandFailure with every fault of the manifest
   */
  public List<String> write(AgentFolder folder) {
    Map<String, String> files = files();
    check(files.getOrDefault(AgentFolder.MANIFEST, ""));
    List<String> written = new ArrayList<>();
    try {
      for (Map.Entry<String, String> file : files.entrySet()) {
        Path path = folder.path().resolve(file.getKey());
        Files.createDirectories(path.getParent());
        if (!Files.exists(path)) { // code that stands there already is somebody's work
          Files.writeString(path, file.getValue(), StandardOpenOption.CREATE_NEW);
          written.add(file.getKey());
        }
      }
    } catch (IOException e) {
      throw new CommandFailure(
          ExitCode.FAILED,
          "cannot write " + folder.path() + ": " + e.getMessage(),
          "make the folder writable, or choose another with --agents");
    }
    return written;
  }

  private static void check(String manifest) {
    List<String> faults =
        ManifestReader.read(manifest)
            .fold(ok -> List.of(), all -> all.stream().map(ManifestFault::message).toList());
    if (!faults.isEmpty()) {
      throw new CommandFailure(
          ExitCode.REFUSED, String.join("\n", faults), "the same with a correct value");
    }
  }

  private Map<String, String> files() {
    Map<String, String> files = new LinkedHashMap<>();
    String key = agent.name().key();
    switch (agent.code()) {
      case JAVA -> files.put(agent.className() + ".java", resource("java/Agent.java"));
      case PYTHON -> files.put(key + "_agent.py", resource("python/agent.py"));
      case MAVEN -> {
        files.put("pom.xml", resource("maven/pom.xml").replace("@jars@", mavenJars()));
        files.put("src/main/java/" + agent.className() + ".java", resource("java/Agent.java"));
        files.put(
            "src/test/java/" + agent.className() + "Test.java", resource("maven/AgentTest.java"));
      }
      case COMMAND, IMAGE, URL -> {
        // Nothing but the manifest.
      }
    }
    files.put(AgentFolder.MANIFEST, manifest.orElseGet(this::manifest));
    return files;
  }

  private String manifest() {
    StringBuilder text = new StringBuilder();
    text.append("name: ").append(agent.name()).append('\n');
    text.append("version: 1.0.0\n");
    text.append("description: ").append(description()).append('\n');
    if (!agent.capabilities().isEmpty()) {
      text.append("capabilities: [")
          .append(String.join(", ", agent.capabilities().stream().map(YamlText::scalar).toList()))
          .append("]\n");
    }
    text.append("run:\n").append(run());
    agent.port().ifPresent(port -> text.append(portLine(port)));
    return text.toString();
  }

  private String description() {
    return switch (agent.code()) {
      case JAVA, PYTHON, MAVEN ->
          "Statistics over lists of numbers, to be replaced by your own tools";
      case COMMAND -> "An agent run by a command of its own";
      case IMAGE -> "An agent in a container";
      case URL -> "An agent that runs elsewhere";
    };
  }

  private String run() {
    String key = agent.name().key();
    return switch (agent.code()) {
      case JAVA -> "  java: " + agent.className() + ".java\n";
      case MAVEN ->
          "  java: target/"
              + key
              + ".jar       # built by: mvn -q -f agents/"
              + key
              + "/pom.xml package\n";
      case PYTHON ->
          """
            # needs the packages fastapi and uvicorn; in an environment of its own:
            #   python3 -m venv .venv && .venv/bin/pip install fastapi uvicorn
            #   and then: command: .venv/bin/python @file@
            command: python3 @file@
          """
              .replace("@file@", key + "_agent.py");
      case COMMAND -> "  command: " + YamlText.scalar(agent.value()) + "\n";
      case IMAGE -> "  image: " + YamlText.scalar(agent.value()) + "\n  container-port: 8000\n";
      case URL -> "  url: [" + YamlText.scalar(agent.value()) + "]\n";
    };
  }

  private static String portLine(WishedPort port) {
    String note = port.takenBy().isEmpty() ? "" : "    " + taken(port.wish(), port.takenBy());
    return "port: " + port.given() + note + "\n";
  }

  private static String taken(int wish, String by) {
    return wishedMark(wish) + ", which " + by + " has";
  }

  /** Marks a port in a manifest as the replacement of another one. */
  static String wishedMark(int wish) {
    return "# wished: " + wish;
  }

  /** The runtime's jars as they were built here; Maven finds them nowhere else. */
  private String mavenJars() {
    Path jars =
        layout
            .map(path -> path.resolve("agent"))
            .orElseThrow(
                () ->
                    new CommandFailure(
                        ExitCode.FAILED,
                        "the folder of the agent runtime is not known",
                        "start this command through the launcher ./nexus"));
    StringBuilder text = new StringBuilder();
    try (DirectoryStream<Path> files = Files.newDirectoryStream(jars, "*.jar")) {
      List<String> names = new ArrayList<>();
      files.forEach(file -> names.add(file.getFileName().toString()));
      names.sort(null);
      for (String name : names) {
        String artifact = name.substring(0, name.length() - ".jar".length());
        text.append(
            """
                <dependency>
                  <groupId>nexus.runtime</groupId>
                  <artifactId>@artifact@</artifactId>
                  <version>0</version>
                  <scope>system</scope>
                  <systemPath>${nexus.runtime}/@artifact@.jar</systemPath>
                </dependency>
            """
                .replace("@artifact@", artifact));
      }
    } catch (IOException e) {
      throw new CommandFailure(
          ExitCode.FAILED, "cannot read " + jars + ": " + e.getMessage(), "nexus doctor");
    }
    return text.toString().stripTrailing();
  }

  private String resource(String name) {
    try (InputStream in = AgentTemplate.class.getResourceAsStream(name)) {
      if (in == null) {
        throw new IllegalStateException("template " + name + " is missing in this build");
      }
      return new String(in.readAllBytes(), StandardCharsets.UTF_8)
          .replace("@name@", agent.name().value())
          .replace("@key@", agent.name().key())
          .replace("@class@", agent.className())
          .replace("@runtime@", layout.map(path -> path.resolve("agent").toString()).orElse(""));
    } catch (IOException e) {
      throw new IllegalStateException("template " + name + " cannot be read", e);
    }
  }
}
