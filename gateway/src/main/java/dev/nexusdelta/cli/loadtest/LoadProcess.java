package dev.nexusdelta.cli.loadtest;

import dev.nexusdelta.cli.process.GatewayProcess;
import dev.nexusdelta.cli.process.LogTail;
import dev.nexusdelta.cli.shell.CommandFailure;
import dev.nexusdelta.cli.shell.ExitCode;
import dev.nexusdelta.cli.shell.Shell;
import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * A simulation as a process: Maven in the clone, which starts Gatling in a process of its own. Both
 * end with this command, however it ends: Maven by the kernel's word, Gatling because it watches
 * Maven.
 */
public final class LoadProcess {
  private static final String PROGRESS = "lab: ";
  private static final int LINES_SHOWN = 12;
  private static final int TO_END_SECONDS = 10;

  private final Shell shell;
  private final Path clone;

  private LoadProcess(Shell shell, Path clone) {
    this.shell = shell;
    this.clone = clone;
  }

  /**
   * In the clone that this program was built in.
   *
   * @throws CommandFailure if there is none, or no Maven
   */
  public static LoadProcess in(Shell shell) {
    Path clone = clone(shell);
    if (!GatewayProcess.onPath(shell, "mvn")) {
      throw new CommandFailure(
          ExitCode.FAILED,
          "load tests are run by Maven, and there is no mvn on the PATH",
          "apt install maven");
    }
    return new LoadProcess(shell, clone);
  }

  private static Path clone(Shell shell) {
    return shell
        .layout()
        .map(layout -> layout.toAbsolutePath().normalize().getParent())
        .map(Path::getParent)
        .filter(root -> Files.exists(root.resolve("loadtest").resolve("pom.xml")))
        .orElseThrow(
            () ->
                new CommandFailure(
                    ExitCode.FAILED,
                    "load tests need the sources beside the program, in loadtest/",
                    "./nexus loadtest in a clone of the repository"));
  }

  /** Root of the sources. */
  public Path clone() {
    return clone;
  }

  /**
   * Runs a simulation to its end, with its progress on the shell's {@code err}.
   *
   * @param folder that is there, for everything that it leaves
   * @param properties for the simulation
   * @throws CommandFailure if it ends without a summary
   */
  public RunSummary run(LoadSimulation simulation, Path folder, Map<String, String> properties) {
    Path log = folder.resolve("gatling.log");
    try {
      Process process = start(simulation, folder, properties);
      Thread atExit = new Thread(() -> end(process), "loadtest-end");
      Runtime.getRuntime().addShutdownHook(atExit);
      try {
        follow(process, log);
        process.waitFor();
      } finally {
        end(process);
        forget(atExit);
      }
      Path summary = folder.resolve(RunSummary.FILE);
      if (!Files.exists(summary)) {
        throw noSummary(simulation, process.exitValue(), log);
      }
      return RunSummary.read(summary);
    } catch (IOException e) {
      throw new CommandFailure(
          ExitCode.FAILED, "the load test cannot be run: " + e.getMessage(), "nexus doctor");
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new CommandFailure(ExitCode.FAILED, "the load test was interrupted", "run it again");
    }
  }

  private Process start(LoadSimulation simulation, Path folder, Map<String, String> properties)
      throws IOException {
    List<String> line = new ArrayList<>();
    if (GatewayProcess.onPath(shell, "setpriv")) {
      line.addAll(List.of("setpriv", "--pdeathsig", "KILL"));
    }
    line.addAll(
        List.of(
            "mvn",
            "-B",
            "-ntp",
            "-q",
            "-f",
            clone.resolve("pom.xml").toString(),
            "-P",
            "!static-analysis",
            "-pl",
            "loadtest",
            "-Djacoco.skip",
            "gatling:test",
            "-Dgatling.simulationClass=" + simulation.type(),
            "-Dgatling.results=" + folder.resolve("gatling"),
            "-Dnexus.results=" + folder));
    properties.forEach((name, value) -> line.add("-Dnexus." + name + "=" + value));
    ProcessBuilder builder = new ProcessBuilder(line).directory(clone.toFile());
    builder.environment().clear();
    builder.environment().putAll(shell.env());
    builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
    builder.redirectInput(new File("/dev/null")).redirectErrorStream(true);
    return builder.start();
  }

  private void follow(Process process, Path log) throws IOException {
    try (BufferedReader lines =
            new BufferedReader(
                new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
        PrintWriter kept = new PrintWriter(Files.newBufferedWriter(log))) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        kept.println(line);
        if (line.startsWith(PROGRESS)) {
          shell.say(line.substring(PROGRESS.length()));
        }
      }
    }
  }

  /** Maven and what it started; nothing if they have ended. */
  private static void end(Process process) {
    List<ProcessHandle> all = new ArrayList<>(process.descendants().toList());
    all.add(process.toHandle());
    all.forEach(ProcessHandle::destroy);
    try {
      if (!process.waitFor(TO_END_SECONDS, TimeUnit.SECONDS)) {
        all.forEach(ProcessHandle::destroyForcibly);
      }
    } catch (InterruptedException e) {
      all.forEach(ProcessHandle::destroyForcibly);
      Thread.currentThread().interrupt();
    }
  }

  private static void forget(Thread atExit) {
    try {
      Runtime.getRuntime().removeShutdownHook(atExit);
    } catch (IllegalStateException e) {
      return; // the process is ending: the hook finds nothing left to do
    }
  }

  private static CommandFailure noSummary(LoadSimulation simulation, int code, Path log) {
    StringBuilder text =
        new StringBuilder("load test " + simulation.word() + " ended with exit code " + code);
    text.append(" and without a summary; the last lines of ").append(log).append(':');
    LogTail.of(log, 0, LINES_SHOWN).forEach(line -> text.append("\n  ").append(line));
    return new CommandFailure(
        ExitCode.FAILED,
        text.toString(),
        "the first run loads Gatling (about 50 MB) and needs Maven Central");
  }
}
