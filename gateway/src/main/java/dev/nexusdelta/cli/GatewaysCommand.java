package dev.nexusdelta.cli;

import dev.nexusdelta.cli.shell.ExitCode;
import dev.nexusdelta.cli.shell.Shell;
import dev.nexusdelta.cli.shell.Table;
import dev.nexusdelta.sdk.JsonValue;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code nexus gateways}. */
@Command(
    name = "gateways",
    mixinStandardHelpOptions = true,
    description = {
      "Shows the gateways of the cluster.",
      "Their names are those that nexus drain and nexus forget take; MEMBER is what --join takes."
    })
final class GatewaysCommand implements Callable<Integer> {
  private final Shell shell;
  @Mixin private GatewayOptions gateway = new GatewayOptions();
  @Mixin private OutputOption output = new OutputOption();

  GatewaysCommand(Shell shell) {
    this.shell = shell;
  }

  @Override
  public Integer call() {
    JsonValue cluster = gateway.connect(shell).admin().cluster();
    output.print(shell, cluster, () -> text(cluster));
    return ExitCode.OK.number();
  }

  private static String text(JsonValue cluster) {
    Set<String> drained =
        cluster.get("drained").items().stream().map(JsonValue::text).collect(Collectors.toSet());
    Table table = new Table("NAME", "URL", "MEMBER", "LEADER", "STATE", "VERSION", "PID");
    for (JsonValue member : cluster.get("gateways").items()) {
      String name = member.get("name").text();
      table.row(
          name,
          member.get("url").text(),
          member.get("member").text(),
          member.get("leader").truth(false) ? "yes" : "",
          drained.contains(name) ? "draining" : "here",
          member.get("version").text(),
          member.get("pid").text());
    }
    for (JsonValue away : cluster.get("away").items()) {
      String name = away.text();
      table.row(name, "", "", "", drained.contains(name) ? "away, draining" : "away", "", "");
    }
    String trouble = cluster.get("trouble").text();
    return trouble.isEmpty() ? table.toString() : table + "\ntrouble: " + trouble + "\n";
  }
}
