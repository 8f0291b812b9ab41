package dev.nexusdelta.cli;

import dev.nexusdelta.cli.folder.AgentFolder;
import dev.nexusdelta.cli.shell.CommandFailure;
import dev.nexusdelta.cli.shell.ExitCode;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Names of agents: positions and {@code --name} mean the same. */
final class NameArguments {
  @Parameters(arity = "0..*", paramLabel = "NAME", description = "name of an agent")
  private List<String> positions = new ArrayList<>();

  @Option(names = "--name", paramLabel = "NAME", description = "name of an agent")
  private List<String> named = new ArrayList<>();

  /** All of them as typed, where they need not be those of agents. */
  List<String> typed() {
    List<String> names = new ArrayList<>(named);
    names.addAll(positions);
    return names;
  }

  /** All of them, checked; may be none. */
  List<String> all() {
    List<String> names = typed();
    names.forEach(AgentFolder::checked);
    return names;
  }

  /** At least one. */
  List<String> some(String command) {
    List<String> names = all();
    if (names.isEmpty()) {
      throw missing(command);
    }
    return names;
  }

  /** Exactly one. */
  String one(String command) {
    List<String> names = some(command);
    if (names.size() > 1) {
      throw new CommandFailure(
          ExitCode.USAGE,
          "one agent was expected, but these were named: " + String.join(", ", names),
          "nexus " + command + " " + names.get(0));
    }
    return names.get(0);
  }

  private static CommandFailure missing(String command) {
    return new CommandFailure(
        ExitCode.USAGE,
        "the name of an agent is missing",
        "nexus " + command + " --name MyAgent; nexus list shows the agents there are");
  }
}
