package dev.nexusdelta.cli;

import dev.nexusdelta.cli.shell.Shell;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code nexus demo}. */
@Command(
    name = "demo",
    mixinStandardHelpOptions = true,
    description = {
      "Shows it all on a gateway and five agents of its own, and leaves nothing behind.",
      "Creates and starts them, calls them, replaces a killed replica, and stops them.",
      "Exit code 0 only if all of it held."
    })
final class DemoCommand implements Callable<Integer> {
  private final Shell shell;

  /** Taken like everywhere, though the demo talks to its own gateway only. */
  @Mixin private GatewayOptions gateway = new GatewayOptions();

  @Option(
      names = "--host",
      paramLabel = "KIND",
      description = "what runs the demo's agents: process or docker; default ${DEFAULT-VALUE}")
  private String host = "process";

  DemoCommand(Shell shell) {
    this.shell = shell;
  }

  @Override
  public Integer call() {
    return new Demo(shell, DemoHost.of(shell, host)).run();
  }
}
