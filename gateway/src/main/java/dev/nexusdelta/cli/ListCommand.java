package dev.nexusdelta.cli;

import dev.nexusdelta.cli.shell.ExitCode;
import dev.nexusdelta.cli.shell.Shell;
import dev.nexusdelta.cli.shell.Table;
import dev.nexusdelta.sdk.JsonValue;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code nexus list}. */
@Command(
    name = "list",
    mixinStandardHelpOptions = true,
    description = "Shows all agents and how they are.")
final class ListCommand implements Callable<Integer> {
  private static final int SHOWN = 3;
  private final Shell shell;
  @Mixin private GatewayOptions gateway = new GatewayOptions();
  @Mixin private OutputOption output = new OutputOption();

  ListCommand(Shell shell) {
    this.shell = shell;
  }

  @Override
  public Integer call() {
    JsonValue document = gateway.connect(shell).admin().agents();
    List<JsonValue> agents = document.get("agents").items();
    output.print(shell, document, () -> agents.isEmpty() ? "" : table(agents));
    if (output.isTable()) {
      sayWhatIsMissing(agents, document.get("refused").items());
    }
    return ExitCode.OK.number();
  }

  private void sayWhatIsMissing(List<JsonValue> agents, List<JsonValue> refused) {
    if (agents.isEmpty() && refused.isEmpty()) {
      shell.say("there are no agents yet; to make one: nexus create --name MyAgent");
    }
    for (JsonValue folder : refused) {
      String fault = folder.get("faults").items().get(0).text();
      shell.say("%s is refused: %s".formatted(folder.get("name").text(), fault));
    }
  }

  static String table(List<JsonValue> agents) {
    boolean containers = agents.stream().flatMap(ListCommand::replicas).anyMatch(Containers::isOne);
    List<String> head = new ArrayList<>(List.of("NAME", "STATE", "READY", "VERSION", "ADDRESS"));
    if (containers) {
      head.add("CONTAINER");
    }
    head.addAll(List.of("TOOLS", "REASON"));
    Table table = new Table(head.toArray(String[]::new));
    for (JsonValue agent : agents) {
      JsonValue status = agent.get("status");
      List<String> row = new ArrayList<>();
      row.add(agent.get("name").text());
      row.add(status.get("state").text());
      row.add(status.get("ready").text("0") + "/" + status.get("desired").text("0"));
      row.add(status.get("version").text());
      row.add(few(replicas(agent).map(replica -> replica.get("address").text()).toList()));
      if (containers) {
        row.add(few(replicas(agent).filter(Containers::isOne).map(Containers::shortId).toList()));
      }
      row.add(few(status.get("tools").items().stream().map(JsonValue::text).toList()));
      row.add(status.get("reason").text());
      table.row(row.toArray(String[]::new));
    }
    return table.toString();
  }

  private static Stream<JsonValue> replicas(JsonValue agent) {
    return agent.get("status", "replicas").items().stream();
  }

  private static String few(List<String> all) {
    String shown = String.join(",", all.subList(0, Math.min(SHOWN, all.size())));
    return all.size() > SHOWN ? shown + ",+" + (all.size() - SHOWN) : shown;
  }
}
