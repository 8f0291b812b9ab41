package dev.nexusdelta.cli;

import dev.nexusdelta.cli.shell.Shell;
import dev.nexusdelta.sdk.Admin;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code nexus stop-all}. */
@Command(
    name = "stop-all",
    mixinStandardHelpOptions = true,
    description = "Ends the replicas of every agent. The gateway goes on.")
final class StopAllCommand implements Callable<Integer> {
  private final Shell shell;
  @Mixin private GatewayOptions gateway = new GatewayOptions();
  @Mixin private OutputOption output = new OutputOption();
  @Mixin private WaitOptions wait = new WaitOptions();

  StopAllCommand(Shell shell) {
    this.shell = shell;
  }

  @Override
  public Integer call() {
    Connection connection = gateway.connect(shell);
    List<String> names =
        connection.admin().agents().get("agents").items().stream()
            .map(agent -> agent.get("name").text())
            .toList();
    return new AgentWork(shell, connection, output, wait.timeout()).run(names, Admin::stop);
  }
}
