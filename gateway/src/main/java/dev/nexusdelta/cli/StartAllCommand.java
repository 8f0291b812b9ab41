package dev.nexusdelta.cli;

import dev.nexusdelta.cli.shell.Shell;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code nexus start-all}. */
@Command(
    name = "start-all",
    mixinStandardHelpOptions = true,
    description = "Starts every agent there is. Starts a gateway in the background if none runs.")
final class StartAllCommand implements Callable<Integer> {
  private final Shell shell;
  @Mixin private GatewayOptions gateway = new GatewayOptions();
  @Mixin private OutputOption output = new OutputOption();
  @Mixin private WaitOptions wait = new WaitOptions();

  StartAllCommand(Shell shell) {
    this.shell = shell;
  }

  @Override
  public Integer call() {
    Connection connection = gateway.connectOrStart(shell);
    AgentFolders folders = new AgentFolders(gateway.settings(shell).agents());
    List<String> names = folders.namesWith(connection.admin());
    if (names.isEmpty()) {
      shell.say("there are no agents yet; to make one: nexus create --name MyAgent");
    }
    int code = new AgentWork(shell, connection, output, wait.timeout()).run(names, folders::start);
    AgentFolders.sayIfOther(shell, connection.admin(), names);
    return code;
  }
}
