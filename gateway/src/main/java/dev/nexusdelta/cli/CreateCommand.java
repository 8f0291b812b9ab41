package dev.nexusdelta.cli;

import dev.nexusdelta.app.Settings;
import dev.nexusdelta.cli.folder.AgentFolder;
import dev.nexusdelta.cli.folder.AgentTemplate;
import dev.nexusdelta.cli.folder.Contradiction;
import dev.nexusdelta.cli.folder.NewAgent;
import dev.nexusdelta.cli.folder.WishedPort;
import dev.nexusdelta.cli.process.RunningGateway;
import dev.nexusdelta.cli.shell.CommandFailure;
import dev.nexusdelta.cli.shell.ExitCode;
import dev.nexusdelta.cli.shell.Shell;
import dev.nexusdelta.manifest.AgentName;
import dev.nexusdelta.manifest.Manifest;
import dev.nexusdelta.sdk.JsonValue;
import dev.nexusdelta.sdk.NexusException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code nexus create}. */
@Command(
    name = "create",
    mixinStandardHelpOptions = true,
    description = {
      "Makes the folder of a new agent: agents/<name>/ with agent.yaml and code to start from.",
      "An agent that is there already is left as it is: exit code 0 if it is what the flags say, 4"
          + " if not."
    },
    footer = {"", "Example: nexus create --name MyAgent --port 8081 --capabilities data analytics"})
final class CreateCommand implements Callable<Integer> {
  private final Shell shell;
  @Mixin private FolderOptions folders = new FolderOptions();
  @Mixin private NameArguments names = new NameArguments();

  @Option(
      names = "--port",
      paramLabel = "PORT",
      description = "wished port of the first replica; a taken one gives the next free")
  private @Nullable Integer port;

  @Option(
      names = "--capabilities",
      arity = "1..*",
      split = ",",
      paramLabel = "WORD",
      description = "what the agent is good for")
  private @Nullable List<String> capabilities;

  @ArgGroup(exclusive = true)
  private Origin origin = new Origin();

  /** Where the code comes from. */
  static final class Origin {
    @Option(
        names = "--template",
        paramLabel = "KIND",
        description = "java (one file; the default), maven (a jar), python (FastAPI)")
    private @Nullable String template;

    @Option(names = "--command", paramLabel = "LINE", description = "any program: its command line")
    private @Nullable String command;

    @Option(names = "--image", paramLabel = "IMAGE", description = "a container image")
    private @Nullable String image;

    @Option(names = "--url", paramLabel = "URL", description = "an agent that runs elsewhere")
    private @Nullable String url;

    @Option(
        names = "--from-compose",
        paramLabel = "FILE",
        description = "one agent for each service of a compose file, or for the named services")
    private @Nullable Path compose;

    Optional<NewAgent.Code> code() {
      if (command != null) {
        return Optional.of(NewAgent.Code.COMMAND);
      }
      if (image != null) {
        return Optional.of(NewAgent.Code.IMAGE);
      }
      if (url != null) {
        return Optional.of(NewAgent.Code.URL);
      }
      if (template == null) {
        return Optional.empty();
      }
      return switch (template) {
        case "java" -> Optional.of(NewAgent.Code.JAVA);
        case "maven" -> Optional.of(NewAgent.Code.MAVEN);
        case "python" -> Optional.of(NewAgent.Code.PYTHON);
        default ->
            throw new CommandFailure(
                ExitCode.USAGE,
                "there is no template '" + template + "', but java, maven and python",
                "--template java");
      };
    }

    String value() {
      return command != null ? command : image != null ? image : url != null ? url : "";
    }
  }

  @Option(
      names = "--dry-run",
      description = "with --from-compose: print the manifests, write nothing")
  private boolean dryRun;

  CreateCommand(Shell shell) {
    this.shell = shell;
  }

  @Override
  public Integer call() {
    if (origin.compose != null) {
      return fromCompose(origin.compose);
    }
    if (dryRun) {
      throw new CommandFailure(
          ExitCode.USAGE, "--dry-run goes with --from-compose", "the same without --dry-run");
    }
    AgentName name = AgentFolder.checked(names.one("create"));
    Settings settings = folders.settings(shell);
    AgentFolder folder = AgentFolder.of(settings.agents(), name.value());
    return folder.exists() ? existing(folder, settings) : fresh(name, folder, settings);
  }

  private int fromCompose(Path file) {
    if (port != null || capabilities != null) {
      throw new CommandFailure(
          ExitCode.USAGE,
          "with --from-compose, the file says ports; capabilities go into agent.yaml afterwards",
          "nexus create --from-compose " + file);
    }
    ComposeImport services = new ComposeImport(shell, folders.settings(shell));
    List<CommandFailure> failures = new ArrayList<>();
    int code =
        services.run(
            file,
            names.typed(),
            dryRun,
            name -> {
              try {
                takeUp(name, folders.settings(shell));
              } catch (CommandFailure failure) {
                shell.say(failure.getMessage() + "; " + failure.advice());
                failures.add(failure);
              }
            });
    boolean untold = code == ExitCode.OK.number() && !failures.isEmpty();
    return untold ? failures.get(0).exitCode().number() : code;
  }

  private int existing(AgentFolder folder, Settings settings) {
    String file = shell.shown(folder.manifestFile());
    Manifest manifest = folder.manifestOrFail(file);
    Optional<Contradiction> contradiction =
        Contradiction.find(
            folder,
            manifest,
            port == null ? OptionalInt.empty() : OptionalInt.of(port),
            Optional.ofNullable(capabilities),
            origin.code(),
            origin.value());
    if (contradiction.isPresent()) {
      Contradiction found = contradiction.get();
      throw new CommandFailure(
          ExitCode.CONFLICT,
          "agent "
              + manifest.name()
              + " is there already, and its '"
              + found.key()
              + "' is "
              + found.file()
              + ", not "
              + found.wanted()
              + " ("
              + file
              + ")",
          "edit " + file + ", or choose another --name");
    }
    shell.out().println(shell.shown(folder.path()) + " is there already and stays as it is");
    takeUp(manifest.name(), settings);
    return ExitCode.OK.number();
  }

  private int fresh(AgentName name, AgentFolder folder, Settings settings) {
    Optional<WishedPort> wished =
        port == null
            ? Optional.empty()
            : Optional.of(WishedPort.choose(port, settings.agents(), settings.listen().port()));
    NewAgent agent =
        new NewAgent(
            name,
            capabilities == null ? List.of() : capabilities,
            wished,
            origin.code().orElse(NewAgent.Code.JAVA),
            origin.value());
    List<String> written = new AgentTemplate(agent, shell.layout()).write(folder);
    shell
        .out()
        .println("created " + shell.shown(folder.path()) + ": " + String.join(", ", written));
    wished
        .filter(found -> !found.takenBy().isEmpty())
        .ifPresent(
            found ->
                shell.say(
                    "port "
                        + found.wish()
                        + " is taken by "
                        + found.takenBy()
                        + ": wrote port "
                        + found.given()));
    hints(agent, folder, settings);
    return ExitCode.OK.number();
  }

  private void hints(NewAgent agent, AgentFolder folder, Settings settings) {
    String path = shell.shown(folder.path());
    switch (agent.code()) {
      case MAVEN -> shell.say("build it: mvn -q -f " + path + "/pom.xml package");
      case PYTHON ->
          shell.say(
              "it needs fastapi and uvicorn: python3 -m venv "
                  + path
                  + "/.venv && "
                  + path
                  + "/.venv/bin/pip install fastapi uvicorn (and see agent.yaml)");
      case COMMAND -> shell.say("put your program into " + path + "/");
      case IMAGE ->
          shell.say("images need a container host: nexus up --host docker (config key host)");
      default -> {
        // Runs as it is.
      }
    }
    takeUp(agent.name(), settings);
  }

  /**
   * Tells a running gateway, so that the agent is known once this command ends; fails where it
   * cannot take it up now.
   */
  private void takeUp(AgentName name, Settings settings) {
    Optional<RunningGateway> running = RunningGateway.find(settings.data());
    if (running.isEmpty()) {
      shell.say("start it: nexus start --name " + name);
      return;
    }
    try {
      Connection gateway = Connection.to(running.get(), folders.keyFile(shell), settings.data());
      JsonValue agent = gateway.admin().create(name.value()).agent();
      if (agent.get("source", "applied").truth(true)) {
        shell.say("the gateway has taken it up; see: nexus describe " + name);
      } else {
        AgentFolders.sayIfOther(shell, agent);
      }
    } catch (NexusException e) {
      CommandFailure why = FailureReport.of(e);
      if (why.exitCode() != ExitCode.REFUSED) {
        throw new CommandFailure(
            why.exitCode(),
            "the folder is there, but the gateway has not taken it up: " + why.getMessage(),
            "nexus apply " + name);
      }
      // Code that is still to be built, or put there, as the hints say.
      shell.say("the gateway has not taken it up (" + why.getMessage() + "); nexus apply " + name);
    }
  }
}
