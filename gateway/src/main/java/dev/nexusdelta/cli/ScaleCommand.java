package dev.nexusdelta.cli;

import dev.nexusdelta.cli.folder.AgentFolder;
import dev.nexusdelta.cli.shell.CommandFailure;
import dev.nexusdelta.cli.shell.ExitCode;
import dev.nexusdelta.cli.shell.Shell;
import dev.nexusdelta.sdk.Scale;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code nexus scale}. */
@Command(
    name = "scale",
    mixinStandardHelpOptions = true,
    description =
        "Sets how many replicas agents have: a number, or as their own scale says (auto).",
    footer = {
      "",
      "Examples: nexus scale DataAgent=3    nexus scale DataAgent=auto",
      "          nexus scale DataAgent --min 1 --max 8 --target-rps 50",
      "          nexus scale DataAgent --min 0 --max 4 --target-concurrency 8 --window 30s"
    })
final class ScaleCommand implements Callable<Integer> {
  private final Shell shell;
  @Mixin private GatewayOptions gateway = new GatewayOptions();
  @Mixin private OutputOption output = new OutputOption();
  @Mixin private WaitOptions wait = new WaitOptions();

  @Parameters(arity = "0..*", paramLabel = "NAME[=N|=auto]", description = "agent and number")
  private List<String> words = new ArrayList<>();

  @Option(names = "--name", paramLabel = "NAME", description = "name of an agent")
  private List<String> named = new ArrayList<>();

  @Mixin private BoundsOptions bounds = new BoundsOptions();

  ScaleCommand(Shell shell) {
    this.shell = shell;
  }

  @Override
  public Integer call() {
    List<String> all = new ArrayList<>(named);
    all.addAll(words);
    Map<String, Scale> wanted = new LinkedHashMap<>();
    for (String word : all) {
      int equals = word.indexOf('=');
      String name = AgentFolder.checked(equals < 0 ? word : word.substring(0, equals)).value();
      wanted.put(name, equals < 0 ? within(name) : number(name, word.substring(equals + 1)));
    }
    if (wanted.isEmpty()) {
      throw usage("the name of an agent is missing");
    }
    return new AgentWork(shell, gateway.connect(shell), output, wait.timeout())
        .run(
            List.copyOf(wanted.keySet()),
            (admin, name) -> admin.scale(name, wanted.getOrDefault(name, Scale.auto())));
  }

  private Scale within(String name) {
    if (bounds.isEmpty()) {
      throw usage(name + ": how many replicas?");
    }
    return Scale.within(bounds.bounds());
  }

  private static Scale number(String name, String text) {
    if (text.equals("auto")) {
      return Scale.auto();
    }
    if (!text.matches("[0-9]{1,4}")) {
      throw usage(name + ": '" + text + "' is neither a number of replicas (0-9999) nor auto");
    }
    return Scale.to(Integer.parseInt(text));
  }

  private static CommandFailure usage(String message) {
    return new CommandFailure(
        ExitCode.USAGE, message, "nexus scale DataAgent=3, DataAgent=auto, or --min 1 --max 8");
  }
}
