package dev.nexusdelta.cli;

import dev.nexusdelta.app.FleetHost;
import dev.nexusdelta.app.Settings;
import dev.nexusdelta.cli.process.GatewayInTransit;
import dev.nexusdelta.cli.process.LeftOnEngine;
import dev.nexusdelta.cli.process.LeftOverAgents;
import dev.nexusdelta.cli.process.RunningGateway;
import dev.nexusdelta.cli.shell.CommandFailure;
import dev.nexusdelta.cli.shell.ExitCode;
import dev.nexusdelta.cli.shell.Progress;
import dev.nexusdelta.cli.shell.Shell;
import dev.nexusdelta.cli.shell.Times;
import dev.nexusdelta.cli.shell.Waiting;
import dev.nexusdelta.sdk.DeadlineException;
import dev.nexusdelta.sdk.UnreachableException;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code nexus down}. */
@Command(
    name = "down",
    mixinStandardHelpOptions = true,
    description =
        "Drains and ends the gateway and its agents, and agents that an earlier gateway left.")
final class DownCommand implements Callable<Integer> {
  private static final String DOCKER = "docker";
  private final Shell shell;
  @Mixin private GatewayOptions gateway = new GatewayOptions();

  @Option(
      names = "--timeout",
      paramLabel = "TIME",
      description = "how long to wait for an orderly end; default ${DEFAULT-VALUE}")
  private String timeout = "90s";

  DownCommand(Shell shell) {
    this.shell = shell;
  }

  @Override
  public Integer call() {
    Duration wait = Times.duration("--timeout", timeout);
    Settings settings = gateway.settings(shell);
    Optional<RunningGateway> running = RunningGateway.find(settings.data());
    if (running.isEmpty()) {
      // One that is just starting would otherwise lose the agents that it adopts.
      running = new GatewayInTransit(shell, settings.data()).settle();
    }
    String named = gateway.named(shell);
    if (named != null && running.filter(found -> found.url().toString().equals(named)).isEmpty()) {
      Connection connection = gateway.connect(shell);
      Parting.lines(connection, connection.url(), "").forEach(shell::say);
      connection.admin().shutdown(true);
      shell.out().println("gateway " + connection.url() + " drains and ends with its agents");
      return ExitCode.OK.number();
    }
    boolean containers = areContainers(settings);
    running.ifPresent(found -> end(found, settings, wait));
    boolean ended = running.isPresent();
    if (containers || settings.host().equals(DOCKER)) {
      ended |= endContainers(settings, containers);
    }
    return leftOvers(settings, ended);
  }

  private static boolean areContainers(Settings settings) {
    return FleetHost.remembered(settings.data()).filter(DOCKER::equals).isPresent();
  }

  /**
   * An orderly end leaves no container, but the network that they were on.
   *
   * @param expected whether any may be left: then it is a failure not to know
   */
  private boolean endContainers(Settings settings, boolean expected) {
    try {
      return new LeftOnEngine(shell, settings.data(), settings.docker().engine().toString())
          .end(false);
    } catch (CommandFailure e) {
      if (expected) {
        throw e;
      }
      return false;
    }
  }

  private void end(RunningGateway running, Settings settings, Duration wait) {
    boolean accepted = true;
    try {
      Connection connection =
          Connection.to(running, gateway.folders().keyFile(shell), settings.data());
      Parting.lines(connection, running.url(), settings.cluster().writer()).forEach(shell::say);
      connection.admin().shutdown(true);
    } catch (UnreachableException | DeadlineException e) {
      shell.say("the gateway does not answer (" + e.getMessage() + "): ending its process");
      accepted = false;
      ProcessHandle.of(running.pid()).ifPresent(ProcessHandle::destroy);
    }
    Duration patience = accepted ? wait : Duration.ofSeconds(15);
    boolean gone;
    try (Progress progress = new Progress(shell)) {
      progress.step("gateway " + running.url(), "draining, then it ends with its agents");
      gone = Waiting.until(() -> !running.alive(), patience, Duration.ofMillis(50));
    }
    if (!gone && accepted) {
      throw new CommandFailure(
          ExitCode.TIMED_OUT,
          "the gateway (pid "
              + running.pid()
              + ") has not ended after "
              + patience.toSeconds()
              + " s",
          "nexus down again, or: kill -9 " + running.pid() + " and then nexus down");
    }
    if (!gone) {
      ProcessHandle.of(running.pid()).ifPresent(ProcessHandle::destroyForcibly);
      Waiting.until(() -> !running.alive(), Duration.ofSeconds(5), Duration.ofMillis(50));
    }
    shell.out().println("gateway " + running.url() + " has ended");
  }

  private void forgetHost(Settings settings) {
    try {
      FleetHost.forget(settings.data());
    } catch (IOException e) {
      shell.say("cannot forget what host the agents ran on: " + e.getMessage());
    }
  }

  private int leftOvers(Settings settings, boolean gatewayRan) {
    LeftOverAgents agents = new LeftOverAgents(settings.data());
    List<LeftOverAgents.Replica> found = agents.find();
    if (found.isEmpty()) {
      forgetHost(settings);
      if (!gatewayRan) {
        shell.say(
            "no gateway runs on the data folder "
                + shell.shown(settings.data())
                + ", and no agent is left over: nothing to do");
      }
      return ExitCode.OK.number();
    }
    found.forEach(
        replica ->
            shell.say("left over: " + replica.id() + " (pid " + replica.pid() + "), ending it"));
    List<LeftOverAgents.Replica> left = agents.end(found, false);
    found.stream()
        .filter(replica -> !left.contains(replica))
        .forEach(replica -> shell.out().println(replica.id() + " has ended"));
    if (left.isEmpty()) {
      forgetHost(settings);
      return ExitCode.OK.number();
    }
    throw new CommandFailure(
        ExitCode.PARTLY,
        "these processes do not end: "
            + String.join(", ", left.stream().map(r -> r.id() + " (pid " + r.pid() + ")").toList()),
        "look at them with: ps -fp " + left.get(0).pid());
  }
}
