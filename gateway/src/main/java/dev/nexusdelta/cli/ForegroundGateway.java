package dev.nexusdelta.cli;

import dev.nexusdelta.app.FleetHost;
import dev.nexusdelta.app.Settings;
import dev.nexusdelta.cli.process.GatewayProcess;
import dev.nexusdelta.cli.process.Interrupts;
import dev.nexusdelta.cli.process.LeftOnEngine;
import dev.nexusdelta.cli.process.LeftOverAgents;
import dev.nexusdelta.cli.process.RunningGateway;
import dev.nexusdelta.cli.shell.CommandFailure;
import dev.nexusdelta.cli.shell.ExitCode;
import dev.nexusdelta.cli.shell.Shell;
import dev.nexusdelta.sdk.NexusException;
import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.function.BooleanSupplier;

/** A gateway that this terminal shows and ends. Used once. */
final class ForegroundGateway {
  private final Shell shell;
  private final FolderOptions folders;
  private final Settings settings;
  private int ctrlC;
  private boolean terminated;

  ForegroundGateway(Shell shell, FolderOptions folders, Settings settings) {
    this.shell = shell;
    this.folders = folders;
    this.settings = settings;
  }

  /** Runs until the gateway has ended; returns the exit code. */
  int run(Map<String, String> flags) {
    Interrupts interrupts = Interrupts.install();
    GatewayProcess gateway =
        GatewayProcess.attached(shell, flags, settings.data(), shell.cwd(), Optional.empty());
    interrupts.watch(gateway.process());
    Thread banner = new Thread(() -> banner(gateway, interrupts), "banner");
    banner.setDaemon(true);
    banner.start();
    for (Interrupts.Interrupt next = interrupts.next();
        next != Interrupts.Interrupt.ENDED;
        next = interrupts.next()) {
      if (next == Interrupts.Interrupt.TERMINATE) {
        terminated = true;
        gateway.process().destroy();
      } else {
        ctrlC++;
        end(gateway.process());
      }
    }
    return ended(gateway.process().exitValue());
  }

  private void end(Process gateway) {
    if (ctrlC > 1) {
      shell.say("ending gateway and agents at once");
      gateway.destroyForcibly();
      return;
    }
    shell.say("draining; then gateway and agents end (Ctrl-C once more ends them at once)");
    Thread request =
        new Thread(
            () -> {
              if (!requestEnd(gateway)) {
                gateway.destroy();
              }
            },
            "shutdown");
    request.setDaemon(true);
    request.start();
  }

  private boolean requestEnd(Process gateway) {
    Optional<RunningGateway> serving =
        RunningGateway.recorded(settings.data()).filter(found -> found.pid() == gateway.pid());
    if (serving.isEmpty()) {
      return false;
    }
    try {
      Connection.to(serving.get(), folders.keyFile(shell), settings.data()).admin().shutdown(true);
      return true;
    } catch (NexusException | CommandFailure e) {
      return false;
    }
  }

  private int ended(int exitValue) {
    Optional<RunningGateway> successor = RunningGateway.find(settings.data());
    if (successor.isPresent()) {
      // The agents are its agents.
      shell.say(
          "the gateway has ended; another one serves in its place (pid "
              + successor.get().pid()
              + "; to end it and its agents: nexus down)");
      return ExitCode.OK.number();
    }
    if (ctrlC > 0) {
      // Nothing is left of an orderly end; a gateway that was cut short leaves agents behind.
      LeftOverAgents agents = new LeftOverAgents(settings.data());
      agents.end(agents.find(), ctrlC > 1);
      if (settings.host().equals("docker")) {
        endContainers(ctrlC > 1);
      }
      shell.say("gateway and agents have ended");
      return ExitCode.OK.number();
    }
    if (terminated) {
      shell.say("the gateway has ended; its agents go on, for the next one: nexus up");
      return ExitCode.OK.number();
    }
    if (exitValue == 0) {
      shell.say("the gateway has ended");
      return ExitCode.OK.number();
    }
    throw new CommandFailure(
        ExitCode.FAILED,
        "the gateway ended with exit code " + exitValue + "; its last lines stand above",
        "nexus doctor");
  }

  private void endContainers(boolean atOnce) {
    new LeftOnEngine(shell, settings.data(), settings.docker().engine().toString()).end(atOnce);
    try {
      FleetHost.forget(settings.data());
    } catch (IOException e) {
      shell.say("cannot forget what host the agents ran on: " + e.getMessage());
    }
  }

  private void banner(GatewayProcess gateway, Interrupts interrupts) {
    try {
      RunningGateway serving = gateway.awaitServing();
      shell.say("");
      shell.say("gateway serves on " + serving.url() + " (Ctrl-C ends it and its agents)");
      Connection connection = Connection.to(serving, folders.keyFile(shell), settings.data());
      BooleanSupplier over = () -> ctrlCOrEnd(gateway, interrupts);
      Joining joining = new Joining(shell, connection, settings.cluster().members());
      joining.await(over);
      Overview overview = new Overview(shell, connection, serving.certificate());
      overview.awaitAgents(settings.agents(), !joining.isStuck(), Duration.ofMinutes(2), over);
      if (!over.getAsBoolean()) {
        if (!joining.isStuck()) {
          overview.print();
          joining.tellGivenWay(overview, settings.agents());
        }
        joining.warnIfInVain();
      }
    } catch (CommandFailure e) {
      return; // it ended, or was ended: the main thread says so
    }
  }

  private static boolean ctrlCOrEnd(GatewayProcess gateway, Interrupts interrupts) {
    return interrupts.pending() || !gateway.process().isAlive();
  }
}
