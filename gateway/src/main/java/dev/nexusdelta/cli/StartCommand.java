package dev.nexusdelta.cli;

import dev.nexusdelta.cli.shell.Shell;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code nexus start}. */
@Command(
    name = "start",
    mixinStandardHelpOptions = true,
    description = "Starts agents. Starts a gateway in the background if none runs.")
final class StartCommand implements Callable<Integer> {
  private final Shell shell;
  @Mixin private GatewayOptions gateway = new GatewayOptions();
  @Mixin private OutputOption output = new OutputOption();
  @Mixin private WaitOptions wait = new WaitOptions();
  @Mixin private NameArguments names = new NameArguments();

  StartCommand(Shell shell) {
    this.shell = shell;
  }

  @Override
  public Integer call() {
    List<String> wanted = names.some("start");
    Connection connection = gateway.connectOrStart(shell);
    AgentFolders folders = new AgentFolders(gateway.settings(shell).agents());
    int code = new AgentWork(shell, connection, output, wait.timeout()).run(wanted, folders::start);
    AgentFolders.sayIfOther(shell, connection.admin(), wanted);
    return code;
  }
}
