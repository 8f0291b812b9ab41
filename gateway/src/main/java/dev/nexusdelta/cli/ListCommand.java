package dev.nexusdelta.cli;

import dev.nexusdelta.cli.shell.ExitCode;
import dev.nexusdelta.cli.shell.Shell;
import dev.nexusdelta.cli.shell.Table;
import dev.nexusdelta.sdk.JsonValue;
import java.util.List;
import java.util.concurrent.Callable;
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
    if (agents.isEmpty() && output.isTable()) {
      shell.say("there are no agents yet; to make one: nexus create --name MyAgent");
    }
    return ExitCode.OK.number();
  }

  static String table(List<JsonValue> agents) {
    Table table = new Table("NAME", "STATE", "READY", "VERSION", "ADDRESS", "TOOLS", "REASON");
    for (JsonValue agent : agents) {
      JsonValue status = agent.get("status");
      table.row(
          agent.get("name").text(),
          status.get("state").text(),
          status.get("ready").text("0") + "/" + status.get("desired").text("0"),
          status.get("version").text(),
          few(status.get("replicas").items().stream().map(r -> r.get("address").text()).toList()),
          few(status.get("tools").items().stream().map(JsonValue::text).toList()),
          status.get("reason").text());
    }
    return table.toString();
  }

  private static String few(List<String> all) {
    String shown = String.join(",", all.subList(0, Math.min(SHOWN, all.size())));
    return all.size() > SHOWN ? shown + ",+" + (all.size() - SHOWN) : shown;
  }
}
