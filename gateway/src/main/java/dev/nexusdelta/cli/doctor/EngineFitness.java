package dev.nexusdelta.cli.doctor;

import dev.nexusdelta.app.Settings.Docker;
import dev.nexusdelta.app.Settings.Reach;
import dev.nexusdelta.cli.shell.Shell;
import dev.nexusdelta.host.docker.EngineReport.Answers;
import dev.nexusdelta.host.docker.EngineReport.Base;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Whether a container engine is set up so that what is promised of calls holds, and has its base
 * image.
 */
final class EngineFitness {
  private static final Path DAEMON = Path.of("/etc/docker/daemon.json");
  private static final String BASE = "nexus-delta-agent:latest";
  private final Shell shell;
  private final Findings findings;
  private final Docker docker;

  EngineFitness(Shell shell, Findings findings, Docker docker) {
    this.shell = shell;
    this.findings = findings;
    this.docker = docker;
  }

  void judge(Answers answers) {
    liveRestore(answers);
    boolean near = answers.near().orElse(true);
    if (docker.reach() == Reach.CONTAINER && !near) {
      findings.wrong(
          "reach",
          "docker.reach is container, but no bridge of the engine is on this machine",
          "NEXUS_DOCKER_REACH=auto nexus up");
    } else if (docker.reach() == Reach.CONTAINER || docker.reach() == Reach.AUTO && near) {
      findings.good(
          "reach",
          "container: replicas are called at their own addresses, so a refused call was not"
              + " executed and goes to another replica; this needs nothing of the engine");
    } else {
      loopback(answers.userlandProxy());
    }
    base(answers.base());
  }

  private void liveRestore(Answers answers) {
    if (answers.liveRestore()) {
      findings.good("live-restore", "on: agents go on while the engine is stopped or restarts");
    } else {
      findings.note(
          "live-restore",
          "off: when the engine stops or restarts, every agent stops with it, and calls fail",
          daemon("live-restore", true, "reload"));
    }
  }

  private void loopback(Optional<Boolean> proxy) {
    String reach = "loopback: replicas are called at ports of 127.0.0.1";
    if (proxy.isEmpty()) {
      findings.good("reach", reach + "; whether a userland proxy is before them shows only later");
    } else if (proxy.get()) {
      findings.note(
          "reach",
          reach
              + " through the engine's userland proxy, which accepts before the replica does: a call"
              + " that the replica refuses counts as broken (502) instead of going to another one,"
              + " and calls end with the engine, live-restore or not",
          daemon("userland-proxy", false, "restart"));
    } else {
      findings.good("reach", reach + " without a userland proxy");
    }
  }

  /** What is there already must not be overwritten. */
  private static String daemon(String key, boolean value, String verb) {
    String then = "sudo systemctl " + verb + " docker";
    return Files.exists(DAEMON)
        ? "put \"%s\": %s into %s, then: %s".formatted(key, value, DAEMON, then)
        : "echo '{\"%s\": %s}' | sudo tee %s && %s".formatted(key, value, DAEMON, then);
  }

  /** The script that makes images out of what is installed here. */
  private String localBases() {
    Path script =
        shell
            .layout()
            .flatMap(
                layout -> // of a package, or of a clone
                Stream.of("docker/local-bases", "../../docker/local-bases")
                        .map(path -> layout.resolve(path).normalize())
                        .filter(Files::isExecutable)
                        .findFirst())
            .orElse(Path.of("docker/local-bases"));
    String shown = script.isAbsolute() ? shell.shown(script) : script.toString();
    return docker.base().equals(BASE) ? shown : shown + " --tag " + docker.base();
  }

  private void base(Optional<Base> base) {
    String subject = "base image";
    String make = localBases();
    if (base.isEmpty()) {
      findings.note(subject, docker.base() + " is not there; Java agents stand on it", make);
      return;
    }
    String java = docker.base() + " with Java " + base.get().java();
    Optional<String> installed = shell.layout().flatMap(RuntimeHash::of);
    if (installed.isPresent()
        && !base.get().runtime().isEmpty()
        && !base.get().runtime().equals(installed.get())) {
      findings.wrong(
          subject,
          "%s holds another agents' runtime (%s) than this installation (%s)"
              .formatted(java, base.get().runtime(), installed.get()),
          make);
    } else {
      findings.good(subject, java);
    }
  }
}
