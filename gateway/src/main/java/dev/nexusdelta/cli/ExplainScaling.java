package dev.nexusdelta.cli;

import dev.nexusdelta.cli.shell.CommandFailure;
import dev.nexusdelta.cli.shell.ExitCode;
import dev.nexusdelta.cli.shell.Shell;
import dev.nexusdelta.sdk.Admin;
import dev.nexusdelta.sdk.JsonValue;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code nexus explain scaling}. */
@Command(
    name = "scaling",
    mixinStandardHelpOptions = true,
    description =
        "Says how many replicas an agent has by its load, and what each decision was for.",
    footer = {
      "",
      "With --replay, the load of the last 15 minutes is decided upon again with other bounds:",
      "          nexus explain scaling DataAgent --replay --target-rps 40 --max 8"
    })
final class ExplainScaling implements Callable<Integer> {
  private final Shell shell;
  @Mixin private GatewayOptions gateway = new GatewayOptions();
  @Mixin private OutputOption output = new OutputOption();
  @Mixin private NameArguments names = new NameArguments();

  @Option(
      names = "--limit",
      paramLabel = "N",
      description = "at most so many decisions, the newest ones; default ${DEFAULT-VALUE}")
  private int limit = 20;

  @Option(names = "--replay", description = "what other bounds would have made of the same load")
  private boolean replay;

  @Mixin private BoundsOptions bounds = new BoundsOptions();

  ExplainScaling(Shell shell) {
    this.shell = shell;
  }

  @Override
  public Integer call() {
    String name = names.one("explain scaling");
    if (!replay && !bounds.isEmpty()) {
      throw new CommandFailure(
          ExitCode.USAGE,
          "bounds say how to replay, and --replay is missing",
          "--replay with them; to change the agent: nexus scale " + name);
    }
    Admin admin = gateway.connect(shell).admin();
    JsonValue scaling =
        replay ? admin.replayScaling(name, limit, bounds.bounds()) : admin.scaling(name, limit);
    output.print(shell, scaling, () -> ScalingStory.of(scaling));
    return ExitCode.OK.number();
  }
}
