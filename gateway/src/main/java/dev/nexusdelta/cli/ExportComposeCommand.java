package dev.nexusdelta.cli;

import dev.nexusdelta.app.Settings;
import dev.nexusdelta.cli.export.ComposeProject;
import dev.nexusdelta.cli.export.ExportFolder;
import dev.nexusdelta.cli.folder.AgentFolder;
import dev.nexusdelta.cli.shell.CommandFailure;
import dev.nexusdelta.cli.shell.ExitCode;
import dev.nexusdelta.cli.shell.Shell;
import dev.nexusdelta.host.BuildFailedException;
import dev.nexusdelta.manifest.Manifest;
import dev.nexusdelta.manifest.Run;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code nexus export compose}. */
@Command(
    name = "compose",
    mixinStandardHelpOptions = true,
    description = {
      "Writes a folder that docker compose runs as it is: the gateway, and a service for each agent.",
      "Agents have no port on the machine: docker compose up -d --scale NAME=3 gives replicas.",
      "Secrets are never written: .env.example names them."
    },
    footer = {"", "Example: nexus export compose && cd compose && docker compose up -d"})
final class ExportComposeCommand implements Callable<Integer> {
  private static final String GATEWAY_IMAGE = "nexus-delta-gateway:latest";
  private static final String AGENT_IMAGE = "nexus-delta-agent:latest";
  private static final String COMMAND_IMAGE = "debian:stable-slim";

  private final Shell shell;
  @Mixin private FolderOptions folders = new FolderOptions();

  @Option(
      names = "--to",
      paramLabel = "FOLDER",
      description = "the folder to write; default ${DEFAULT-VALUE}")
  private Path to = Path.of("compose");

  @Option(
      names = "--force",
      description = "overwrite files there that this command has not written")
  private boolean force;

  ExportComposeCommand(Shell shell) {
    this.shell = shell;
  }

  @Override
  public Integer call() throws IOException, InterruptedException {
    Settings settings = folders.settings(shell);
    Path target = shell.cwd().resolve(to).toAbsolutePath().normalize();
    if (settings.agents().startsWith(target) || target.startsWith(settings.agents())) {
      throw new CommandFailure(
          ExitCode.USAGE,
          shell.shown(target) + " and the agents' folder are the same, or one is in the other",
          "--to compose");
    }
    Map<AgentFolder, Manifest> agents = new LinkedHashMap<>();
    for (AgentFolder folder : AgentFolder.all(settings.agents())) {
      agents.put(folder, folder.manifestOrFail(shell.shown(folder.manifestFile())));
    }
    if (agents.isEmpty()) {
      throw new CommandFailure(
          ExitCode.NOT_FOUND,
          "there is no agent in " + shell.shown(settings.agents()),
          "nexus create --name MyAgent");
    }
    Path stage = Files.createTempDirectory("nexus-export");
    try {
      write(agents, settings, stage, target);
    } finally {
      delete(stage);
    }
    return ExitCode.OK.number();
  }

  private void write(Map<AgentFolder, Manifest> agents, Settings settings, Path stage, Path target)
      throws IOException, InterruptedException {
    Path fresh = Files.createDirectory(stage.resolve("project"));
    ComposeProject project =
        new ComposeProject(
            agents,
            new ComposeProject.Images(
                GATEWAY_IMAGE,
                setting(settings, "docker.base", AGENT_IMAGE),
                setting(settings, "docker.command-base", COMMAND_IMAGE)));
    try {
      project
          .write(fresh, Files.createDirectory(stage.resolve("work")), runtime(agents.values()))
          .forEach(shell::say);
    } catch (BuildFailedException e) {
      throw new CommandFailure(
          ExitCode.REFUSED,
          String.valueOf(e.getMessage()),
          "correct the code; nothing was written");
    }
    List<String> files = new ExportFolder(target).take(fresh, force);
    String shown = shell.shown(target);
    shell
        .out()
        .println("wrote " + shown + ": " + agents.size() + " agents, " + files.size() + " files");
    shell.out().flush();
    if (Files.readString(target.resolve(".env.example")).contains("=\n")) {
      shell.say("variables: cp " + shown + "/.env.example " + shown + "/.env, and fill it in");
    }
    shell.say("start:     cd " + shown + " && docker compose up -d");
    shell.say(
        "scale:     docker compose up -d --scale "
            + agents.keySet().iterator().next().key()
            + "=3");
  }

  /** What a configuration that knows the key says. */
  private static String setting(Settings settings, String key, String fallback) {
    return settings.entries().stream()
        .filter(entry -> entry.key().equals(key) && !entry.value().isBlank())
        .map(Settings.Entry::value)
        .findFirst()
        .orElse(fallback);
  }

  /** The jars that Java agents are compiled with. */
  private List<Path> runtime(Collection<Manifest> agents) throws IOException {
    if (agents.stream().noneMatch(agent -> agent.run() instanceof Run.Java)) {
      return List.of();
    }
    Path folder =
        shell
            .layout()
            .map(layout -> layout.resolve("agent"))
            .orElseThrow(
                () ->
                    new CommandFailure(
                        ExitCode.FAILED,
                        "the folder of the agent runtime is not known",
                        "start this command through the launcher: ./nexus export compose"));
    try (Stream<Path> files = Files.list(folder)) {
      return files.filter(file -> file.toString().endsWith(".jar")).sorted().toList();
    }
  }

  private static void delete(Path folder) throws IOException {
    try (Stream<Path> all = Files.walk(folder)) {
      for (Path path : all.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(path);
      }
    }
  }
}
