package dev.nexusdelta.cli;

import dev.nexusdelta.app.FleetHost;
import dev.nexusdelta.app.Settings;
import dev.nexusdelta.cli.process.GatewayInTransit;
import dev.nexusdelta.cli.process.GatewayProcess;
import dev.nexusdelta.cli.process.RunningGateway;
import dev.nexusdelta.cli.shell.CommandFailure;
import dev.nexusdelta.cli.shell.ExitCode;
import dev.nexusdelta.cli.shell.Shell;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/** Starts gateways that outlive the command. */
final class BackgroundGateway {
  private static final String NONE = "no gateway runs";

  private BackgroundGateway() {}

  static Connection connectOrStart(Shell shell, GatewayOptions options) {
    Settings settings = options.settings(shell);
    if (options.named(shell) != null) {
      return options.connect(shell);
    }
    Optional<RunningGateway> running = new GatewayInTransit(shell, settings.data()).settle();
    if (running.isEmpty()) {
      keepHost(settings);
    }
    RunningGateway gateway =
        running.isPresent()
            ? running.get()
            : start(shell, options.folders().flags(), settings.data(), Optional.empty());
    return Connection.to(gateway, options.folders().keyFile(shell), settings.data());
  }

  /** A running fleet never changes host by itself. */
  static void keepHost(Settings settings) {
    FleetHost.conflict(settings.data(), settings.host())
        .ifPresent(
            conflict -> {
              throw new CommandFailure(ExitCode.CONFLICT, conflict, FleetHost.ADVICE);
            });
  }

  private static boolean isUsual(Shell shell, Path data) {
    return shell.shown(data).equals(".nexus");
  }

  /**
   * Starts one, says so, and waits until it serves.
   *
   * @param before the gateway that it takes over from
   */
  static RunningGateway start(
      Shell shell, Map<String, String> flags, Path data, Optional<RunningGateway> before) {
    shell.say(
        before
                .map(old -> "replacing the gateway that runs (pid " + old.pid() + ")")
                .orElse(isUsual(shell, data) ? NONE : NONE + " on " + shell.shown(data))
            + ": starting one in the background (log "
            + shell.shown(GatewayProcess.logFile(data))
            + ")");
    RunningGateway gateway =
        GatewayProcess.detached(shell, flags, data, shell.cwd()).awaitServing();
    shell.say(
        "gateway serves on "
            + gateway.url()
            + " (pid "
            + gateway.pid()
            + "; to end it: nexus down)");
    return gateway;
  }
}
