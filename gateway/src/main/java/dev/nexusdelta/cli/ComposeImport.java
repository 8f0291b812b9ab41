package dev.nexusdelta.cli;

import dev.nexusdelta.app.Settings;
import dev.nexusdelta.cli.compose.ComposeFile;
import dev.nexusdelta.cli.compose.ServiceAgent;
import dev.nexusdelta.cli.folder.AgentFolder;
import dev.nexusdelta.cli.folder.AgentTemplate;
import dev.nexusdelta.cli.folder.FolderCopy;
import dev.nexusdelta.cli.folder.NewAgent;
import dev.nexusdelta.cli.folder.WishedPort;
import dev.nexusdelta.cli.shell.CommandFailure;
import dev.nexusdelta.cli.shell.ExitCode;
import dev.nexusdelta.cli.shell.Shell;
import dev.nexusdelta.cli.shell.YamlText;
import dev.nexusdelta.manifest.AgentName;
import dev.nexusdelta.manifest.Manifest;
import dev.nexusdelta.manifest.ManifestReader;
import dev.nexusdelta.manifest.ManifestWriter;
import dev.nexusdelta.sdk.JsonValue;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.function.Consumer;

/** Agents made of the services of a compose file. Used once. */
final class ComposeImport {
  private final Shell shell;
  private final Settings settings;
  private final Set<Integer> given = new HashSet<>();
  private String file = "";

  ComposeImport(Shell shell, Settings settings) {
    this.shell = shell;
    this.settings = settings;
  }

  /** Names and texts of an agent before anything is written. */
  private record Planned(
      ServiceAgent service, AgentFolder folder, NewAgent agent, String yaml, Manifest manifest) {}

  /**
   * Makes the agents; none at all if the file, or a manifest made of it, has a fault.
   *
   * @param wanted names of services; none = all
   * @param made called for each agent that is new
   */
  int run(Path path, List<String> wanted, boolean dryRun, Consumer<AgentName> made) {
    Path absolute = shell.cwd().resolve(path).toAbsolutePath().normalize();
    file = shell.shown(absolute);
    ComposeFile read =
        ComposeFile.read(
            text(absolute), file, absolute.resolveSibling(".").normalize(), shell.env(), wanted);
    read.notes().forEach(shell::say);
    List<Planned> plans = new ArrayList<>();
    List<String> faults = new ArrayList<>();
    read.agents().forEach(service -> plan(service, plans, faults));
    if (!faults.isEmpty()) {
      throw new CommandFailure(
          ExitCode.REFUSED,
          String.join("\n", faults),
          "correct the file (a variable without a value becomes a secret); nothing was written");
    }
    if (dryRun) {
      plans.forEach(
          plan -> {
            shell.out().println("---\n# " + shell.shown(plan.folder().manifestFile()));
            shell.out().print(plan.yaml());
            sayTemplate(plan);
          });
      return ExitCode.OK.number();
    }
    return write(plans, made);
  }

  private String text(Path path) {
    try {
      return Files.readString(path);
    } catch (IOException e) {
      throw new CommandFailure(
          ExitCode.NOT_FOUND,
          "cannot read " + file + ": " + e.getMessage(),
          "--from-compose with the path of a compose file in UTF-8");
    }
  }

  private void plan(ServiceAgent found, List<Planned> plans, List<String> faults) {
    ServiceAgent service = withoutFolderOfAll(found);
    AgentFolder folder = AgentFolder.of(settings.agents(), service.name().value());
    Optional<WishedPort> port = folder.exists() ? Optional.empty() : port(service);
    NewAgent agent = new NewAgent(service.name(), List.of(), port, code(service), "");
    String yaml = yaml(service, agent, port.map(WishedPort::given));
    ManifestReader.read(yaml)
        .fold(
            manifest -> plans.add(new Planned(service, folder, agent, yaml, manifest)),
            all ->
                all.stream()
                    .map(it -> file + ":" + service.lineOf(it.pointer()) + ": " + it.message())
                    .map(faults::add)
                    .toList()
                    .isEmpty());
  }

  /** A folder that holds the agents themselves is no program of one of them. */
  private ServiceAgent withoutFolderOfAll(ServiceAgent service) {
    if (!(service.origin() instanceof ServiceAgent.Folder folder)
        || !settings.agents().startsWith(folder.path())) {
      return service;
    }
    return new ServiceAgent(
        service.name(),
        service.service(),
        service.line(),
        new ServiceAgent.Template(
            "'"
                + shell.shown(folder.path())
                + "' holds the agents too; move its program to a folder of its own"),
        service.port(),
        service.parts(),
        service.lines());
  }

  private Optional<WishedPort> port(ServiceAgent service) {
    OptionalInt wish = service.port();
    if (wish.isEmpty() || wish.getAsInt() < 1 || wish.getAsInt() > 65535) {
      return Optional.empty();
    }
    WishedPort port = choose(wish.getAsInt());
    while (!given.add(port.given())) {
      port = choose(port.given() + 1);
    }
    return Optional.of(
        port.given() == wish.getAsInt()
            ? port
            : new WishedPort(
                wish.getAsInt(),
                port.given(),
                port.takenBy().isEmpty() ? "another service" : port.takenBy()));
  }

  private WishedPort choose(int wish) {
    return WishedPort.choose(wish, settings.agents(), settings.listen().port());
  }

  private static NewAgent.Code code(ServiceAgent service) {
    return service.origin() instanceof ServiceAgent.Template
        ? NewAgent.Code.JAVA
        : service.origin() instanceof ServiceAgent.Folder
            ? NewAgent.Code.COMMAND
            : NewAgent.Code.IMAGE;
  }

  private String yaml(ServiceAgent service, NewAgent agent, Optional<Integer> port) {
    JsonValue run =
        service.origin() instanceof ServiceAgent.Image image
            ? image.run()
            : service.origin() instanceof ServiceAgent.Folder folder
                ? JsonValue.object().with("command", folder.command())
                : JsonValue.object().with("java", agent.className() + ".java");
    JsonValue manifest =
        JsonValue.object()
            .with("name", service.name().value())
            .with("version", service.parts().get("version"))
            .with("description", "Service " + service.service() + " of a compose file")
            .with("run", run);
    if (port.isPresent()) {
      manifest = manifest.with("port", port.get());
    }
    for (Map.Entry<String, JsonValue> part : service.parts().fields().entrySet()) {
      manifest = manifest.with(part.getKey(), part.getValue());
    }
    return YamlText.of(manifest);
  }

  private int write(List<Planned> plans, Consumer<AgentName> made) {
    int fresh = 0;
    int different = 0;
    for (Planned plan : plans) {
      if (plan.folder().exists()) {
        different += existing(plan) ? 0 : 1;
      } else {
        fresh(plan);
        made.accept(plan.service().name());
        fresh++;
      }
    }
    if (plans.isEmpty()) {
      shell.say("no service of " + file + " became an agent");
    }
    return (different == 0 ? ExitCode.OK : fresh == 0 ? ExitCode.CONFLICT : ExitCode.PARTLY)
        .number();
  }

  private void fresh(Planned plan) {
    List<String> written = new ArrayList<>();
    ServiceAgent service = plan.service();
    if (service.origin() instanceof ServiceAgent.Folder folder) {
      copy(folder, plan.folder());
      written.add("the files of " + shell.shown(folder.path()));
    }
    written.addAll(
        new AgentTemplate(plan.agent(), shell.layout(), Optional.of(plan.yaml()))
            .write(plan.folder()));
    shell
        .out()
        .println(
            "created " + shell.shown(plan.folder().path()) + ": " + String.join(", ", written));
    plan.agent()
        .port()
        .filter(port -> !port.takenBy().isEmpty())
        .ifPresent(
            port ->
                shell.say(
                    "port "
                        + port.wish()
                        + " is taken by "
                        + port.takenBy()
                        + ": wrote port "
                        + port.given()));
    sayTemplate(plan);
  }

  private void sayTemplate(Planned plan) {
    ServiceAgent service = plan.service();
    if (service.origin() instanceof ServiceAgent.Template template) {
      shell.say(
          file
              + ":"
              + service.line()
              + ": "
              + template.why()
              + "; "
              + plan.agent().className()
              + ".java is the template of a Java agent: put your tools there");
    }
  }

  private void copy(ServiceAgent.Folder from, AgentFolder to) {
    try {
      FolderCopy copies = FolderCopy.of(from.path());
      if (!copies.secrets().isEmpty()) {
        shell.say(
            "not copied, being secret by their names: " + String.join(", ", copies.secrets()));
      }
      copies.renamed(from.dockerfile(), "Dockerfile").into(to.path());
    } catch (IOException | UncheckedIOException e) {
      throw new CommandFailure(
          ExitCode.FAILED,
          "cannot copy " + shell.shown(from.path()) + ": " + e.getMessage(),
          "copy the program to " + shell.shown(to.path()) + " yourself, then the same again");
    }
  }

  /** Whether the agent is what the service says; its port, being a wish, does not count. */
  private boolean existing(Planned plan) {
    AgentFolder folder = plan.folder();
    String shown = shell.shown(folder.manifestFile());
    Map<String, String> there = keys(folder.manifestOrFail(shown));
    Map<String, String> wanted = keys(plan.manifest());
    List<String> other =
        wanted.entrySet().stream()
            .filter(key -> !key.getValue().equals(there.get(key.getKey())))
            .map(Map.Entry::getKey)
            .toList();
    shell.out().println(shell.shown(folder.path()) + " is there already and stays as it is");
    if (!other.isEmpty()) {
      shell.say(
          file
              + ":"
              + plan.service().line()
              + ": service "
              + plan.service().service()
              + " differs from "
              + shown
              + " in "
              + String.join(", ", other)
              + "; edit that file");
    }
    return other.isEmpty();
  }

  private static Map<String, String> keys(Manifest manifest) {
    JsonValue json = JsonValue.parse(ManifestWriter.write(manifest).encode());
    Map<String, String> keys = new LinkedHashMap<>();
    for (String key : List.of("version", "run", "env", "secrets", "resources", "scale")) {
      keys.put(key, json.get(key).toString());
    }
    return keys;
  }
}
