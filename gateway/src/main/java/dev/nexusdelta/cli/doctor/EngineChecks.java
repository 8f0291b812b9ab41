package dev.nexusdelta.cli.doctor;

import dev.nexusdelta.app.Settings;
import dev.nexusdelta.cli.process.EngineSettings;
import dev.nexusdelta.cli.process.GatewayProcess;
import dev.nexusdelta.cli.process.RunningGateway;
import dev.nexusdelta.cli.shell.Shell;
import dev.nexusdelta.host.docker.EngineReport;
import dev.nexusdelta.host.docker.EngineReport.Answers;
import dev.nexusdelta.host.docker.EngineReport.Box;
import dev.nexusdelta.host.docker.EngineReport.Owner;
import dev.nexusdelta.host.docker.EngineReport.Silent;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** The container engine: whether it answers, whose it is, and what is left on it. */
public final class EngineChecks {
  private static final String SUBJECT = "engine";
  private final Shell shell;
  private final Findings findings;
  private final Settings settings;
  private final EngineSettings engine;

  /** Adds to these findings. */
  public EngineChecks(Shell shell, Findings findings, Settings settings) {
    this.shell = shell;
    this.findings = findings;
    this.settings = settings;
    this.engine = EngineSettings.of(shell, settings);
  }

  /**
   * Judges what was found.
   *
   * @param served whether a gateway runs on the data folder
   */
  public void judge(EngineReport report, boolean served) {
    if (report instanceof Silent silent) {
      silent(silent);
    } else if (report instanceof Answers answers) {
      answers(answers, served);
    }
  }

  private void silent(Silent silent) {
    if (!engine.inUse()) {
      findings.good(
          SUBJECT, "none answers at " + silent.address() + "; only agents in containers need one");
      return;
    }
    String why =
        switch (silent.silence()) {
          case WRONG_ADDRESS -> silent.text();
          case NO_SOCKET -> silent.address() + " is not there";
          case DENIED -> "you may not open " + silent.address();
          case NOBODY -> "nobody listens at " + silent.address();
          case HUNG -> "the engine at " + silent.address() + " gives no answer within 2 s";
          case OTHER -> silent.address() + ": " + silent.text();
        };
    findings.wrong(
        SUBJECT,
        why
            + (engine.source().isEmpty() ? "" : " (" + engine.source() + ")")
            + ": no container is started or stopped",
        advice(silent));
  }

  private String advice(Silent silent) {
    return switch (silent.silence()) {
      case DENIED -> "sudo usermod -aG docker $USER, then log in anew";
      case HUNG -> "sudo systemctl restart docker";
      case WRONG_ADDRESS, NO_SOCKET, NOBODY, OTHER ->
          engine
              .elsewhere()
              .orElse(
                  isInstalled()
                      ? "sudo systemctl start docker"
                      : "sudo apt install docker.io, or without containers: nexus up --host process");
    };
  }

  private boolean isInstalled() {
    return GatewayProcess.onPath(shell, "dockerd")
        || Files.isExecutable(Path.of("/usr/sbin/dockerd"))
        || Files.isExecutable(Path.of("/usr/bin/dockerd"));
  }

  private void answers(Answers answers, boolean served) {
    String shown = answers.version() + " (API " + answers.api() + ") at " + answers.address();
    leftOvers(answers, served);
    if (!engine.inUse()) {
      findings.good(SUBJECT, shown + ", not in use: host is " + settings.host());
      return;
    }
    findings.good(SUBJECT, shown);
    answers.unknown().forEach(text -> findings.note(SUBJECT, text, "docker info"));
    owner(answers);
    new EngineFitness(shell, findings, settings.docker()).judge(answers);
    EngineSpace space = new EngineSpace(findings, settings);
    space.memory(answers);
    space.disk(answers);
    space.ports(answers);
    labelled(answers);
  }

  private void leftOvers(Answers answers, boolean served) {
    String host = EngineSettings.hostId(settings.data()).orElse("");
    List<Box> ours =
        answers.containers().stream()
            .filter(box -> !host.isEmpty() && box.host().equals(host))
            .toList();
    if (!served && !ours.isEmpty()) {
      findings.note(
          "containers",
          ours.size() + " without a gateway: " + names(ours),
          "nexus up to go on with them, nexus down to end and remove them");
    }
  }

  private void owner(Answers answers) {
    String subject = "engine owner";
    Optional<Owner> owner = answers.owner();
    if (owner.isEmpty()) {
      findings.good(subject, "none yet: the next gateway here takes it");
      return;
    }
    if (EngineSettings.hostId(settings.data()).filter(owner.get().host()::equals).isPresent()) {
      findings.good(subject, "this data folder");
      return;
    }
    Path data = Path.of(owner.get().data());
    List<Box> theirs =
        answers.containers().stream().filter(box -> box.host().equals(owner.get().host())).toList();
    Optional<RunningGateway> gateway = RunningGateway.find(data);
    String named = "the data folder " + shell.shown(data);
    if (gateway.isPresent()) {
      findings.wrong(
          subject,
          named + ", whose gateway runs (pid " + gateway.get().pid() + "): an engine serves one",
          "nexus down --data " + data + ", or another engine with DOCKER_HOST");
    } else if (!theirs.isEmpty()) {
      findings.wrong(
          subject,
          named + ", whose gateway is gone and left containers: " + names(theirs),
          Files.isDirectory(data)
              ? "nexus down --data " + data
              : "docker rm -f $(docker ps -aq --filter label=nexus.host="
                  + owner.get().host()
                  + ")");
    } else {
      findings.good(subject, named + ", whose gateway is gone: the next one here takes it over");
    }
  }

  private void labelled(Answers answers) {
    List<Box> others =
        answers.containers().stream()
            .filter(box -> box.running() && box.host().isEmpty() && !box.agent().isEmpty())
            .toList();
    if (!others.isEmpty()) {
      findings.good(
          "labelled containers", "calls may go to these of somebody else's: " + names(others));
    }
  }

  private static String names(List<Box> boxes) {
    return String.join(", ", boxes.stream().map(Box::name).sorted().toList());
  }
}
