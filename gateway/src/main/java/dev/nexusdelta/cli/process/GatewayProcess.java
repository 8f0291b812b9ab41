package dev.nexusdelta.cli.process;

import dev.nexusdelta.cli.shell.CommandFailure;
import dev.nexusdelta.cli.shell.ExitCode;
import dev.nexusdelta.cli.shell.Shell;
import dev.nexusdelta.cli.shell.Waiting;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/** A gateway that this command started. */
public final class GatewayProcess {
  private static final Duration TO_SERVE = Duration.ofSeconds(60);
  private static final int LINES_SHOWN = 20;

  private final Process process;
  private final Path data;
  private final Optional<Path> log;
  private final long logStart;

  /**
   * One that runs already.
   *
   * @param logStart where its lines begin in the log
   */
  GatewayProcess(Process process, Path data, Optional<Path> log, long logStart) {
    this.process = process;
    this.data = data;
    this.log = log;
    this.logStart = logStart;
  }

  /**
   * Starts a gateway that lives no longer than this command. It has a session of its own, so that
   * the terminal's Ctrl-C reaches this command alone, which then ends it in order; and it dies with
   * the calling thread, so that a killed command leaves no gateway behind.
   *
   * @param folder its working folder
   * @param log where it writes; empty = to this command's own streams
   */
  public static GatewayProcess attached(
      Shell shell, Map<String, String> flags, Path data, Path folder, Optional<Path> log) {
    List<String> line = new ArrayList<>();
    if (onPath(shell, "setpriv")) {
      line.addAll(List.of("setpriv", "--pdeathsig", "KILL"));
    }
    line.addAll(session(shell));
    line.addAll(command(shell, flags));
    ProcessBuilder builder = builder(line, shell, folder);
    if (log.isPresent()) {
      builder.redirectErrorStream(true);
      builder.redirectOutput(ProcessBuilder.Redirect.appendTo(log.get().toFile()));
    } else {
      builder.redirectOutput(ProcessBuilder.Redirect.INHERIT);
      builder.redirectError(ProcessBuilder.Redirect.INHERIT);
    }
    return start(builder, data, log, 0);
  }

  /** Starts a gateway that outlives this command and writes to {@code <data>/logs/gateway.log}. */
  public static GatewayProcess detached(
      Shell shell, Map<String, String> flags, Path data, Path folder) {
    Path log = logFile(data);
    long logStart;
    try {
      Files.createDirectories(data.resolve("logs"));
      logStart = Files.exists(log) ? Files.size(log) : 0;
    } catch (IOException e) {
      throw new CommandFailure(
          ExitCode.FAILED,
          "cannot write " + shell.shown(log) + ": " + e.getMessage(),
          "make the folder " + shell.shown(data) + " writable, or choose another with --data");
    }
    List<String> line = new ArrayList<>(session(shell));
    line.addAll(command(shell, flags));
    ProcessBuilder builder = builder(line, shell, folder);
    builder.redirectErrorStream(true);
    builder.redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()));
    return start(builder, data, Optional.of(log), logStart);
  }

  /** Where a background gateway writes. */
  public static Path logFile(Path data) {
    return data.resolve("logs").resolve("gateway.log");
  }

  private static ProcessBuilder builder(List<String> line, Shell shell, Path folder) {
    ProcessBuilder builder = new ProcessBuilder(line).directory(folder.toFile());
    builder.redirectInput(ProcessBuilder.Redirect.from(new File("/dev/null")));
    builder.environment().clear();
    builder.environment().putAll(shell.env());
    return builder;
  }

  private static List<String> command(Shell shell, Map<String, String> flags) {
    Path layout =
        shell
            .layout()
            .orElseThrow(
                () ->
                    new CommandFailure(
                        ExitCode.FAILED,
                        "the folder of the built program is not known",
                        "start this command through the launcher ./nexus"));
    String extra = shell.env().getOrDefault("NEXUS_JAVA_OPTS", "").strip();
    return GatewayCommand.likeThisProcess(layout)
        .line(flags, extra.isEmpty() ? List.of() : List.of(extra.split("\\s+")));
  }

  private static List<String> session(Shell shell) {
    return onPath(shell, "setsid") ? List.of("setsid") : List.of();
  }

  /** Whether a program is installed. */
  public static boolean onPath(Shell shell, String program) {
    for (String folder : shell.env().getOrDefault("PATH", "").split(File.pathSeparator)) {
      if (!folder.isEmpty() && Files.isExecutable(Path.of(folder, program))) {
        return true;
      }
    }
    return false;
  }

  private static GatewayProcess start(
      ProcessBuilder builder, Path data, Optional<Path> log, long logStart) {
    try {
      return new GatewayProcess(builder.start(), data, log, logStart);
    } catch (IOException e) {
      throw new CommandFailure(
          ExitCode.FAILED, "cannot start the gateway: " + e.getMessage(), "nexus doctor");
    }
  }

  /**
   * Waits until the gateway serves.
   *
   * @throws CommandFailure if it ends before, with its last log lines, or takes too long
   */
  public RunningGateway awaitServing() {
    // Once is enough: under load a second look may be answered too late.
    AtomicReference<@Nullable RunningGateway> seen = new AtomicReference<>();
    Waiting.until(
        () -> {
          serving().ifPresent(seen::set);
          return seen.get() != null || !process.isAlive();
        },
        TO_SERVE,
        Duration.ofMillis(40));
    if (process.isAlive()) {
      return Optional.ofNullable(seen.get()).orElseThrow(this::tooLate);
    }
    throw new CommandFailure(
        ExitCode.FAILED,
        "the gateway ended at its start with exit code " + process.exitValue() + lastLines(),
        "nexus doctor");
  }

  private CommandFailure tooLate() {
    return new CommandFailure(
        ExitCode.TIMED_OUT,
        "the gateway (pid "
            + process.pid()
            + ") does not serve after "
            + TO_SERVE.toSeconds()
            + " s"
            + lastLines(),
        "nexus doctor; to end it: kill " + process.pid());
  }

  private Optional<RunningGateway> serving() {
    return RunningGateway.recorded(data)
        .filter(gateway -> gateway.pid() == process.pid())
        .filter(gateway -> gateway.client().timeout(Duration.ofSeconds(2)).build().ready());
  }

  private String lastLines() {
    if (log.isEmpty()) {
      return "";
    }
    StringBuilder text = new StringBuilder("; its last lines in ").append(log.get()).append(':');
    LogTail.of(log.get(), logStart, LINES_SHOWN).forEach(line -> text.append("\n  ").append(line));
    return text.toString();
  }

  /** The process itself. */
  public Process process() {
    return process;
  }
}
