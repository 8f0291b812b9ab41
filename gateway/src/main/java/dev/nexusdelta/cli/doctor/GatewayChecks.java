package dev.nexusdelta.cli.doctor;

import dev.nexusdelta.app.Settings;
import dev.nexusdelta.cli.folder.WishedPort;
import dev.nexusdelta.cli.process.GatewayProcess;
import dev.nexusdelta.cli.process.LeftOverAgents;
import dev.nexusdelta.cli.process.LogTail;
import dev.nexusdelta.cli.process.RunningGateway;
import dev.nexusdelta.cli.shell.Shell;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** The gateway process, and what an earlier one left. */
public final class GatewayChecks {
  private static final int LINES = 5;
  private final Shell shell;
  private final Findings findings;
  private final Settings settings;

  /** Adds to these findings. */
  public GatewayChecks(Shell shell, Findings findings, Settings settings) {
    this.shell = shell;
    this.findings = findings;
    this.settings = settings;
  }

  /** Looks at the gateway that runs, or at what is in the way of one. */
  public void all(Optional<RunningGateway> running) {
    if (running.isPresent()) {
      serves(running.get());
    } else {
      absent();
      port(
          RunningGateway.recorded(settings.data())
              .map(last -> last.listensAt(settings))
              .orElse(settings.listen()),
          "--listen 127.0.0.1:0");
      settings
          .admin()
          .filter(Settings.Admin::wished)
          .ifPresent(own -> port(own.address(), "NEXUS_ADMIN=127.0.0.1:0 in front of it"));
      leftOvers();
    }
    ports();
  }

  private void serves(RunningGateway gateway) {
    String shown = gateway.url() + " (pid " + gateway.pid() + ")";
    boolean ready = gateway.client().timeout(Duration.ofSeconds(3)).build().ready();
    if (ready) {
      findings.good("gateway", shown + " serves");
    } else {
      findings.wrong(
          "gateway", shown + " runs but does not answer as ready", "nexus down, then nexus up -d");
    }
  }

  private void absent() {
    Optional<RunningGateway> recorded = RunningGateway.recorded(settings.data());
    if (recorded.isEmpty()) {
      findings.good("gateway", "none runs on this data folder");
      return;
    }
    Path log = GatewayProcess.logFile(settings.data());
    String lines = String.join("\n", LogTail.of(log, 0, LINES));
    findings.note(
        "gateway",
        "the last one (pid "
            + recorded.get().pid()
            + ") is gone without taking leave"
            + (lines.isEmpty() ? "" : "; the end of " + shell.shown(log) + ":\n" + lines),
        recorded.get().again(settings) + ", which goes on with the agents that still run");
  }

  private void port(Settings.Address address, String elsewhere) {
    int port = address.port();
    if (port > 0 && WishedPort.listens(port)) {
      findings.wrong(
          "port " + port,
          "another program listens on the gateway's address",
          "end it (ss -ltnp 'sport = :" + port + "' shows it), or: nexus up with " + elsewhere);
    } else if (port > 0) {
      findings.good("port " + port, "free for the gateway");
    }
  }

  private void leftOvers() {
    List<LeftOverAgents.Replica> left = new LeftOverAgents(settings.data()).find();
    if (!left.isEmpty()) {
      findings.note(
          "agents",
          left.size()
              + " run without a gateway: "
              + String.join(", ", left.stream().map(LeftOverAgents.Replica::id).toList()),
          "nexus up to go on with them, nexus down to end them");
    }
  }

  private void ports() {
    int first = settings.ports().first();
    int last = settings.ports().last();
    int free = 0;
    for (int port = first; port <= last && free == 0; port++) {
      free += WishedPort.listens(port) ? 0 : 1;
    }
    if (free == 0) {
      findings.wrong(
          "ports",
          "none of " + first + "-" + last + " is free for an agent",
          "another range with --ports, or in nexus.yaml");
    } else {
      findings.good("ports", first + "-" + last + " for agents");
    }
  }
}
