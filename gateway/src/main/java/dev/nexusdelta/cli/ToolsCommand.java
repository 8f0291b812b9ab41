package dev.nexusdelta.cli;

import dev.nexusdelta.cli.shell.ExitCode;
import dev.nexusdelta.cli.shell.Shell;
import dev.nexusdelta.cli.shell.Table;
import dev.nexusdelta.sdk.JsonValue;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code nexus tools}. */
@Command(
    name = "tools",
    mixinStandardHelpOptions = true,
    description = "Shows the tools of agents with their parameters: of the named ones, or of all.")
final class ToolsCommand implements Callable<Integer> {
  private final Shell shell;
  @Mixin private GatewayOptions gateway = new GatewayOptions();
  @Mixin private OutputOption output = new OutputOption();
  @Mixin private NameArguments names = new NameArguments();

  ToolsCommand(Shell shell) {
    this.shell = shell;
  }

  @Override
  public Integer call() {
    Connection connection = gateway.connect(shell);
    List<String> wanted = names.all();
    if (wanted.isEmpty()) {
      wanted =
          connection.admin().agents().get("agents").items().stream()
              .map(agent -> agent.get("name").text())
              .toList();
    }
    List<JsonValue> agents = new ArrayList<>();
    for (String name : wanted) {
      JsonValue tools = connection.client().tools(name).get("tools");
      agents.add(JsonValue.object().with("agent", name).with("tools", tools));
    }
    output.print(shell, JsonValue.object().with("agents", agents), () -> table(agents));
    return ExitCode.OK.number();
  }

  private static String table(List<JsonValue> agents) {
    Table table = new Table("AGENT", "TOOL", "PARAMETERS", "HINTS", "DESCRIPTION");
    for (JsonValue agent : agents) {
      for (JsonValue tool : agent.get("tools").items()) {
        table.row(
            agent.get("agent").text(),
            tool.get("name").text(),
            parameters(tool.get("inputSchema")),
            hints(tool),
            tool.get("description").text());
      }
    }
    return table.isEmpty() ? "" : table.toString();
  }

  /** {@code data:array limit?:integer}. */
  private static String parameters(JsonValue schema) {
    List<String> required = schema.get("required").items().stream().map(JsonValue::text).toList();
    List<String> shown = new ArrayList<>();
    for (Map.Entry<String, JsonValue> member : schema.get("properties").fields().entrySet()) {
      String optional = required.contains(member.getKey()) ? "" : "?";
      String type = member.getValue().get("type").text("any");
      shown.add(member.getKey() + optional + ":" + type);
    }
    return String.join(" ", shown);
  }

  private static String hints(JsonValue tool) {
    List<String> hints = new ArrayList<>();
    for (String hint : List.of("readOnly", "idempotent", "destructive")) {
      if (tool.get(hint).truth(tool.get("hints", hint).truth(false))) {
        hints.add(hint);
      }
    }
    return String.join(",", hints);
  }
}
