package dev.nexusdelta.cli;

import dev.nexusdelta.app.SettingsException;
import dev.nexusdelta.cli.shell.CommandFailure;
import dev.nexusdelta.cli.shell.ExitCode;
import dev.nexusdelta.cli.shell.Shell;
import dev.nexusdelta.sdk.DeadlineException;
import dev.nexusdelta.sdk.NexusException;
import dev.nexusdelta.sdk.ProblemException;
import dev.nexusdelta.sdk.ToolException;
import dev.nexusdelta.sdk.UnreachableException;
import java.util.List;

/** Turns whatever ended a command into lines for people and an exit code. */
final class FailureReport {
  private final Shell shell;

  FailureReport(Shell shell) {
    this.shell = shell;
  }

  /** Prints {@code error: …} and {@code try: …} and returns the exit code. */
  int print(Throwable failure) {
    CommandFailure shown = of(failure);
    shell.out().flush();
    String[] lines = String.valueOf(shown.getMessage()).split("\n", -1);
    shell.say("error: " + lines[0]);
    for (int i = 1; i < lines.length; i++) {
      shell.say("       " + lines[i]);
    }
    shell.say("try: " + shown.advice() + otherKey(shown));
    return shown.exitCode().number();
  }

  /**
   * Whoever forgets that a weaker key is set does not see why a command may do less than before.
   */
  private String otherKey(CommandFailure failure) {
    String file = shell.env().getOrDefault("NEXUS_KEY_FILE", "");
    return failure.exitCode() != ExitCode.NOT_AUTHORISED || file.isEmpty()
        ? ""
        : "; or the same without NEXUS_KEY_FILE="
            + file
            + ": the token of the data folder, which then counts, may do everything";
  }

  /** The failure as a command tells it. */
  static CommandFailure of(Throwable failure) {
    if (failure instanceof CommandFailure command) {
      return command;
    }
    if (failure instanceof NexusException nexus) {
      return remote(nexus);
    }
    if (failure instanceof SettingsException settings) {
      return new CommandFailure(
          ExitCode.REFUSED,
          String.join("\n", settings.faults()),
          settings.onlyFlags()
              ? "the same with another value of that flag; --help says what it takes"
              : "nexus config check");
    }
    return new CommandFailure(
        ExitCode.FAILED,
        "this should not happen: " + failure + firstFrame(failure),
        "the same again; if it stays, report it together with the output of: nexus doctor");
  }

  private static String firstFrame(Throwable failure) {
    StackTraceElement[] trace = failure.getStackTrace();
    return trace.length == 0 ? "" : " at " + trace[0];
  }

  private static CommandFailure remote(NexusException failure) {
    String message = String.valueOf(failure.getMessage());
    if (failure instanceof ProblemException problem) {
      return problem(problem);
    }
    if (failure instanceof ToolException tool) {
      String code = tool.code().isEmpty() ? "" : " (" + tool.code() + ")";
      return new CommandFailure(
          ExitCode.TOOL_ERROR,
          "the tool returned an error: " + message + code,
          "nexus tools AGENT shows what the tool expects");
    }
    if (failure instanceof UnreachableException unreachable) {
      return new CommandFailure(
          ExitCode.UNREACHABLE,
          message,
          unreachable.connected()
              ? "look before you repeat it, it may have been carried out: nexus explain call, nexus"
                  + " events"
              : "nexus up -d, or --url with the address of a gateway");
    }
    if (failure instanceof DeadlineException) {
      return new CommandFailure(ExitCode.TIMED_OUT, message, "a longer --timeout, or nexus doctor");
    }
    return new CommandFailure(ExitCode.FAILED, message, "nexus doctor");
  }

  private static CommandFailure problem(ProblemException problem) {
    StringBuilder message = new StringBuilder(problem.detail());
    List<ProblemException.Fault> faults = problem.errors();
    for (ProblemException.Fault fault : faults) {
      // The detail of a single fault says it already, mostly.
      if (faults.size() > 1 || !problem.detail().contains(fault.detail())) {
        message.append('\n').append(fault.pointer()).append(": ").append(fault.detail());
      }
    }
    return new CommandFailure(exitCode(problem), message.toString(), advice(problem));
  }

  private static ExitCode exitCode(ProblemException problem) {
    if (problem.code().equals("deadline_exceeded") || waitedInVain(problem)) {
      return ExitCode.TIMED_OUT;
    }
    return switch (problem.status()) {
      case 401, 403 -> ExitCode.NOT_AUTHORISED;
      case 404 -> ExitCode.NOT_FOUND;
      case 409, 412 -> ExitCode.CONFLICT;
      case 400, 413, 415, 422 -> ExitCode.REFUSED;
      case 408, 504 -> ExitCode.TIMED_OUT;
      default -> ExitCode.FAILED;
    };
  }

  /** One code stands for "not now" and "not within the limit"; only the detail names a limit. */
  private static boolean waitedInVain(ProblemException problem) {
    return problem.code().equals("no_healthy_replica")
        && problem.detail().contains(" became healthy within ");
  }

  private static String advice(ProblemException problem) {
    String hint = problem.hint();
    if (problem.code().equals("agent_unknown")) {
      return agentUnknown(hint);
    }
    if (problem.code().equals("unauthorized")) {
      return ownAdvice(problem, "");
    }
    String agent = problem.body().get("agent").text("NAME");
    if (problem.code().equals("tool_unknown") && hint.startsWith("GET /")) {
      return "nexus tools " + agent + " shows those there are";
    }
    return hint.isEmpty() ? ownAdvice(problem, agent) : hint;
  }

  /** The gateway speaks HTTP to its callers; people here have commands. */
  private static String agentUnknown(String hint) {
    if (hint.isEmpty() || hint.startsWith("GET /")) {
      return "nexus list shows the agents there are";
    }
    return hint.startsWith("did you mean ")
        ? hint + " nexus list shows the agents there are"
        : hint;
  }

  private static String ownAdvice(ProblemException problem, String name) {
    return switch (exitCode(problem)) {
      case NOT_AUTHORISED ->
          "--key-file with the gateway's admin.token or a key, or, on this machine, --data with its"
              + " folder";
      case NOT_FOUND -> "nexus list shows the agents there are";
      case CONFLICT -> "nexus describe " + name + " shows what is there now; read it, then repeat";
      case REFUSED -> "correct what is named above";
      case TIMED_OUT ->
          waitedInVain(problem)
              ? "nexus describe " + name + " shows why none is healthy"
              : "a longer --timeout; nexus describe " + name + " shows the limits";
      default -> "nexus describe " + name + " and nexus logs " + name + " show what the agent does";
    };
  }
}
