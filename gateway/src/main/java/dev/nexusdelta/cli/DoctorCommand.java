package dev.nexusdelta.cli;

import dev.nexusdelta.app.Settings;
import dev.nexusdelta.app.SettingsException;
import dev.nexusdelta.cli.doctor.AgentChecks;
import dev.nexusdelta.cli.doctor.ClusterCheck;
import dev.nexusdelta.cli.doctor.EngineChecks;
import dev.nexusdelta.cli.doctor.Findings;
import dev.nexusdelta.cli.doctor.GatewayChecks;
import dev.nexusdelta.cli.doctor.MachineChecks;
import dev.nexusdelta.cli.process.EngineSettings;
import dev.nexusdelta.cli.process.RunningGateway;
import dev.nexusdelta.cli.shell.ExitCode;
import dev.nexusdelta.cli.shell.Shell;
import dev.nexusdelta.host.docker.EngineCheckup;
import dev.nexusdelta.sdk.Admin;
import dev.nexusdelta.sdk.NexusException;
import dev.nexusdelta.sdk.ProblemException;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code nexus doctor}. */
@Command(
    name = "doctor",
    mixinStandardHelpOptions = true,
    description = {
      "Looks for what is wrong with the machine, the configuration, the gateway and the agents.",
      "Exit code 1 if something is."
    })
final class DoctorCommand implements Callable<Integer> {
  private final Shell shell;
  @Mixin private GatewayOptions gateway = new GatewayOptions();
  @Mixin private OutputOption output = new OutputOption();

  DoctorCommand(Shell shell) {
    this.shell = shell;
  }

  @Override
  public Integer call() {
    Findings findings = new Findings();
    MachineChecks machine = new MachineChecks(shell, findings);
    machine.tools();
    configured(findings, machine);
    output.print(shell, findings.document(), findings::text);
    return (findings.allWell() ? ExitCode.OK : ExitCode.FAILED).number();
  }

  /** What the configuration names may be missing or not fit, and then no gateway starts. */
  private static void files(Findings findings, Settings settings) {
    try {
      settings.checkFiles();
      findings.good("configuration", "in order");
    } catch (SettingsException e) {
      e.faults().forEach(fault -> findings.wrong("configuration", fault, "nexus config check"));
    }
  }

  /** Nothing where the gateway is older than the question. */
  private static void cluster(Findings findings, Admin admin) {
    try {
      ClusterCheck.judge(findings, admin.cluster());
    } catch (ProblemException e) {
      if (e.status() != 404) {
        throw e;
      }
    }
  }

  private void configured(Findings findings, MachineChecks machine) {
    Settings settings;
    try {
      settings = gateway.settings(shell);
    } catch (SettingsException e) {
      e.faults().forEach(fault -> findings.wrong("configuration", fault, "nexus config check"));
      return;
    }
    files(findings, settings);
    machine.folders(settings);
    Optional<RunningGateway> running = RunningGateway.find(settings.data());
    new GatewayChecks(shell, findings, settings).all(running);
    EngineSettings engine = EngineSettings.of(shell, settings);
    new EngineChecks(shell, findings, settings)
        .judge(
            EngineCheckup.look(engine.address(), settings.docker().base(), Instant.now()),
            running.isPresent());
    AgentChecks agents = new AgentChecks(shell, findings);
    agents.folders(settings.agents());
    if (running.isPresent() || gateway.named(shell) != null) {
      try {
        Admin admin = gateway.connect(shell).admin();
        cluster(findings, admin);
        agents.states(admin.agents());
      } catch (NexusException e) {
        findings.wrong("agents", "cannot be asked for: " + e.getMessage(), "nexus up");
      }
    }
  }
}
