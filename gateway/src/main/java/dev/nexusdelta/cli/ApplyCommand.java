package dev.nexusdelta.cli;

import dev.nexusdelta.cli.folder.AgentFolder;
import dev.nexusdelta.cli.shell.CommandFailure;
import dev.nexusdelta.cli.shell.ExitCode;
import dev.nexusdelta.cli.shell.Shell;
import dev.nexusdelta.manifest.Manifest;
import dev.nexusdelta.manifest.ManifestReader;
import dev.nexusdelta.manifest.ManifestWriter;
import dev.nexusdelta.sdk.Change;
import dev.nexusdelta.sdk.JsonValue;
import dev.nexusdelta.sdk.Operation;
import dev.nexusdelta.sdk.ProblemException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code nexus apply}. */
@Command(
    name = "apply",
    mixinStandardHelpOptions = true,
    description = {
      "Makes the gateway take up what agents/<name>/agent.yaml says: of the named agents, or of all.",
      "With -f, takes the manifest from a file (- = standard input)."
    })
final class ApplyCommand implements Callable<Integer> {
  private final Shell shell;
  @Mixin private GatewayOptions gateway = new GatewayOptions();
  @Mixin private OutputOption output = new OutputOption();
  @Mixin private WaitOptions wait = new WaitOptions();
  @Mixin private NameArguments names = new NameArguments();

  @Option(
      names = {"-f", "--file"},
      paramLabel = "FILE",
      description = "a manifest that is in no agent's folder")
  private @Nullable String file;

  @Option(names = "--dry-run", description = "only show what would change")
  private boolean dryRun;

  ApplyCommand(Shell shell) {
    this.shell = shell;
  }

  @Override
  public Integer call() {
    if (file != null && !names.all().isEmpty()) {
      throw new CommandFailure(
          ExitCode.USAGE, "either names or -f, not both", "nexus apply -f " + file);
    }
    Connection connection = gateway.connect(shell);
    if (file != null) {
      Manifest manifest = manifest(file);
      JsonValue json = JsonValue.parse(ManifestWriter.write(manifest).encode());
      String name = manifest.name().value();
      return each(connection, List.of(name), n -> connection.admin().put(n, json, dryRun));
    }
    List<String> wanted = names.all();
    if (wanted.isEmpty()) {
      wanted =
          AgentFolder.all(gateway.settings(shell).agents()).stream()
              .map(AgentFolder::key)
              .filter(key -> !AgentFolders.isDeleted(connection.admin(), key))
              .toList();
    }
    return each(connection, wanted, name -> connection.admin().apply(name, dryRun));
  }

  private interface Application {
    Change to(String name);
  }

  private int each(Connection connection, List<String> wanted, Application application) {
    if (wanted.isEmpty()) {
      shell.say("there is no agent folder to apply; to make one: nexus create --name MyAgent");
      return ExitCode.OK.number();
    }
    if (dryRun) {
      List<JsonValue> changes = new ArrayList<>();
      wanted.forEach(name -> changes.add(difference(connection, name, application.to(name))));
      output.print(
          shell, JsonValue.object().with("changes", changes), () -> Differences.text(changes));
      return ExitCode.OK.number();
    }
    return new AgentWork(shell, connection, output, wait.timeout())
        .run(
            wanted,
            (admin, name) -> {
              Change change = application.to(name);
              // A new agent is wanted to run; to ask for it again is to wait for it. A change of
              // nothing that replicas see holds at once, and no operation tells of it.
              return change.created()
                  ? admin.start(name)
                  : change.operation().id().isEmpty()
                      ? new Operation("", "apply", name, "done", "", List.of())
                      : change.operation();
            });
  }

  private static JsonValue difference(Connection connection, String name, Change change) {
    JsonValue before;
    try {
      before = connection.admin().agent(name).get("spec");
    } catch (ProblemException e) {
      if (e.status() != 404) {
        throw e;
      }
      before = JsonValue.object();
    }
    return Differences.of(name, before, change.agent().get("spec"));
  }

  private Manifest manifest(String source) {
    try {
      String text =
          source.equals("-")
              ? new String(shell.in().readAllBytes(), StandardCharsets.UTF_8)
              : Files.readString(shell.cwd().resolve(Path.of(source)));
      return ManifestReader.read(text)
          .fold(
              manifest -> manifest,
              faults -> {
                throw new CommandFailure(
                    ExitCode.REFUSED,
                    String.join("\n", faults.stream().map(fault -> source + ":" + fault).toList()),
                    "correct the file and apply it again");
              });
    } catch (IOException e) {
      throw new CommandFailure(
          ExitCode.NOT_FOUND,
          "cannot read " + source + ": " + e.getMessage(),
          "-f with the path of a manifest");
    }
  }

  /** What differs between two specs, key by key. */
  private static final class Differences {
    static JsonValue of(String name, JsonValue before, JsonValue after) {
      Map<String, String> old = SpecKeys.flat(before);
      Map<String, String> wanted = SpecKeys.flat(after);
      Map<String, JsonValue> keys = new TreeMap<>();
      wanted.forEach(
          (key, value) -> {
            if (!value.equals(old.get(key))) {
              keys.put(key, JsonValue.object().with("from", old.get(key)).with("to", value));
            }
          });
      old.forEach(
          (key, value) -> {
            if (!wanted.containsKey(key)) {
              keys.put(key, JsonValue.object().with("from", value).with("to", null));
            }
          });
      return JsonValue.object()
          .with("agent", name)
          .with("new", before.fields().isEmpty())
          .with("keys", keys);
    }

    static String text(List<JsonValue> changes) {
      StringBuilder text = new StringBuilder();
      for (JsonValue change : changes) {
        boolean fresh = change.get("new").truth(false);
        Map<String, JsonValue> keys = change.get("keys").fields();
        text.append(change.get("agent").text())
            .append(fresh ? ": new" : keys.isEmpty() ? ": no change" : ":")
            .append('\n');
        keys.forEach(
            (key, value) -> {
              text.append("  ").append(key).append(": ");
              if (!fresh) {
                text.append(value.get("from").text("(none)")).append(" -> ");
              }
              text.append(value.get("to").text("(none)")).append('\n');
            });
      }
      return text.toString();
    }
  }
}
