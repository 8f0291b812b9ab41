package dev.nexusdelta.cli;

import dev.nexusdelta.cli.shell.Shell;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code nexus demo}. */
@Command(
    name = "demo",
    mixinStandardHelpOptions = true,
    description = {
      "Shows the whole on a gateway and five agents of its own: create, start, health, calls,",
      "three replicas, one killed and replaced, stop. Leaves nothing behind.",
      "Exit code 0 only if all of it held."
    })
final class DemoCommand implements Callable<Integer> {
  private final Shell shell;

  /** Taken like everywhere, though the demo talks to its own gateway only. */
  @Mixin private GatewayOptions gateway = new GatewayOptions();

  DemoCommand(Shell shell) {
    this.shell = shell;
  }

  @Override
  public Integer call() {
    return new Demo(shell).run();
  }
}
