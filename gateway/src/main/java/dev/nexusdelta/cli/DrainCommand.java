package dev.nexusdelta.cli;

import dev.nexusdelta.cli.shell.ExitCode;
import dev.nexusdelta.cli.shell.Shell;
import dev.nexusdelta.sdk.JsonValue;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code nexus drain}. */
@Command(
    name = "drain",
    mixinStandardHelpOptions = true,
    description = {
      "Empties the host of a gateway of the cluster.",
      "Its replicas come up on other hosts first, then end there; no new one comes until undone."
    })
final class DrainCommand implements Callable<Integer> {
  private final Shell shell;
  @Mixin private GatewayOptions gateway = new GatewayOptions();
  @Mixin private OutputOption output = new OutputOption();

  @Parameters(
      paramLabel = "GATEWAY",
      description = "name of a gateway of the cluster, be it there or away")
  private String name = "";

  @Option(
      names = "--undo",
      description = "lets it take replicas again; what runs stays where it is")
  private boolean undo;

  DrainCommand(Shell shell) {
    this.shell = shell;
  }

  @Override
  public Integer call() {
    JsonValue answer = gateway.connect(shell).admin().drain(name, !undo);
    boolean away = answer.get("away").truth(false);
    output.print(shell, answer, () -> undo ? undone(away) : drained(away));
    return ExitCode.OK.number();
  }

  private String undone(boolean away) {
    return name + (away ? " is away; once it is back, it" : "") + " takes replicas again\n";
  }

  private String drained(boolean away) {
    String what =
        away
            ? " is away; once it is back, no replica comes to its host"
            : " is being drained: its replicas go to other hosts, as nexus events and nexus"
                + " describe NAME show";
    return name + what + "; to undo it: nexus drain " + name + " --undo\n";
  }
}
