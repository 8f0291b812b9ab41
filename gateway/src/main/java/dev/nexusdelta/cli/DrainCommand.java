package dev.nexusdelta.cli;

import dev.nexusdelta.cli.shell.CommandFailure;
import dev.nexusdelta.cli.shell.ExitCode;
import dev.nexusdelta.cli.shell.Shell;
import dev.nexusdelta.cli.shell.Times;
import dev.nexusdelta.sdk.Admin;
import dev.nexusdelta.sdk.JsonValue;
import java.time.Duration;
import java.util.Stack;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.IParameterConsumer;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code nexus drain}. */
@Command(
    name = "drain",
    mixinStandardHelpOptions = true,
    description = {
      "Empties the host of a gateway of the cluster.",
      "Its replicas come up on other hosts first, then end there; no new one comes until undone."
    },
    footer = {"", "Example: nexus drain gateway-8090 --wait    names: nexus gateways"})
final class DrainCommand implements Callable<Integer> {
  private static final String USUAL = "2m";
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

  @Option(
      names = "--wait",
      arity = "0..1",
      paramLabel = "TIME",
      parameterConsumer = Patience.class,
      description = "wait until its replicas have gone, so long; without a time " + USUAL)
  private @Nullable String wait;

  /** Takes a duration only: what else follows is the name of the gateway. */
  static final class Patience implements IParameterConsumer {
    @Override
    public void consumeParameters(Stack<String> words, ArgSpec option, CommandSpec command) {
      boolean told = !words.isEmpty() && Times.isDuration(words.peek());
      option.setValue(told ? words.pop() : USUAL);
    }
  }

  DrainCommand(Shell shell) {
    this.shell = shell;
  }

  @Override
  public Integer call() {
    if (undo && wait != null) {
      throw new CommandFailure(
          ExitCode.USAGE,
          "--undo moves nothing, so there is nothing to wait for",
          "nexus drain " + name + " --undo");
    }
    Admin admin = gateway.connect(shell).admin();
    JsonValue answer = admin.drain(name, !undo);
    if (wait == null) {
      output.print(shell, answer, () -> undo ? undone(answer) : wished(answer));
      return ExitCode.OK.number();
    }
    Duration patience = Times.duration("--wait", wait);
    new Emptying(shell, admin, name).await(patience);
    output.print(shell, answer, () -> name + " is drained: none of its replicas is left\n");
    return ExitCode.OK.number();
  }

  private String undone(JsonValue answer) {
    if (!answer.get("changed").truth(true)) {
      return name + " was not drained: nothing to undo\n";
    }
    return name
        + (isAway(answer) ? " is away; once it is back, it" : "")
        + " takes replicas again\n";
  }

  private String wished(JsonValue answer) {
    String what =
        isAway(answer)
            ? " is away; once it is back, no replica comes to its host"
            : answer.get("changed").truth(true)
                ? " is being drained: its replicas go to other hosts, as nexus events and nexus"
                    + " describe NAME show"
                : " is drained already";
    return name + what + "; to undo it: nexus drain " + name + " --undo\n";
  }

  private static boolean isAway(JsonValue answer) {
    return answer.get("away").truth(false);
  }
}
