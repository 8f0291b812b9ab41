package dev.nexusdelta.cli;

import dev.nexusdelta.cli.shell.Times;
import java.time.Duration;
import picocli.CommandLine.Option;

/** How long to wait for what was asked for. */
final class WaitOptions {
  @Option(
      names = "--timeout",
      paramLabel = "TIME",
      description = "how long to wait, such as 30s or 5m; default ${DEFAULT-VALUE}")
  private String timeout = "2m";

  @Option(names = "--no-wait", description = "return as soon as the gateway has accepted it")
  private boolean noWait;

  Duration timeout() {
    return noWait ? Duration.ZERO : Times.duration("--timeout", timeout);
  }

  boolean noWait() {
    return noWait;
  }
}
