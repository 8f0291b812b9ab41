package dev.nexusdelta.cli;

import dev.nexusdelta.cli.shell.Shell;
import dev.nexusdelta.sdk.Admin;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code nexus restart}. */
@Command(
    name = "restart",
    mixinStandardHelpOptions = true,
    description = "Replaces the replicas of agents one by one, without a gap.")
final class RestartCommand implements Callable<Integer> {
  private final Shell shell;
  @Mixin private GatewayOptions gateway = new GatewayOptions();
  @Mixin private OutputOption output = new OutputOption();
  @Mixin private WaitOptions wait = new WaitOptions();
  @Mixin private NameArguments names = new NameArguments();

  RestartCommand(Shell shell) {
    this.shell = shell;
  }

  @Override
  public Integer call() {
    return new AgentWork(shell, gateway.connect(shell), output, wait.timeout())
        .run(names.some("restart"), Admin::restart);
  }
}
