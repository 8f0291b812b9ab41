package dev.nexusdelta.cli;

import dev.nexusdelta.cli.shell.ExitCode;
import dev.nexusdelta.cli.shell.Shell;
import dev.nexusdelta.sdk.JsonValue;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code nexus forget}. */
@Command(
    name = "forget",
    mixinStandardHelpOptions = true,
    description = {
      "Takes a gateway that is gone for good out of the cluster.",
      "It counts for no majority any more; should it come back, it has to join anew with an empty"
          + " data folder."
    },
    footer = {"", "Names: nexus gateways"})
final class ForgetCommand implements Callable<Integer> {
  private final Shell shell;
  @Mixin private GatewayOptions gateway = new GatewayOptions();
  @Mixin private OutputOption output = new OutputOption();

  @Parameters(paramLabel = "GATEWAY", description = "name of a gateway that is away")
  private String name = "";

  ForgetCommand(Shell shell) {
    this.shell = shell;
  }

  @Override
  public Integer call() {
    JsonValue answer = gateway.connect(shell).admin().forget(name);
    output.print(shell, answer, () -> name + " does not belong to the cluster any more\n");
    if (output.isTable()) {
      shell.say(
          "agents that it has started may still run on its machine: nexus down with its data folder"
              + " ends them there");
    }
    return ExitCode.OK.number();
  }
}
