package dev.nexusdelta.cli;

import dev.nexusdelta.cli.shell.CommandFailure;
import dev.nexusdelta.cli.shell.ExitCode;
import dev.nexusdelta.cli.shell.Progress;
import dev.nexusdelta.cli.shell.Shell;
import dev.nexusdelta.sdk.Admin;
import dev.nexusdelta.sdk.JsonValue;
import dev.nexusdelta.sdk.NexusException;
import dev.nexusdelta.sdk.Operation;
import dev.nexusdelta.sdk.ProblemException;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * The same request for several agents: sent to all first, then waited for, a line per agent.
 *
 * @param patience how long for all of them together; zero = not at all
 */
record AgentWork(Shell shell, Connection connection, OutputOption output, Duration patience) {

  /** What is asked for one agent. */
  interface Request {
    Operation send(Admin admin, String name);
  }

  /** Does it and returns the exit code. */
  int run(List<String> names, Request request) {
    Map<String, Operation> sent = new LinkedHashMap<>();
    List<CommandFailure> failures = new ArrayList<>();
    for (String name : names) {
      try {
        sent.put(name, request.send(connection.admin(), name));
      } catch (NexusException e) {
        failures.add(fatal(e));
      }
    }
    List<JsonValue> results = new ArrayList<>();
    long end = System.nanoTime() + patience.toNanos();
    try (Progress progress = new Progress(shell)) {
      sent.forEach(
          (name, operation) -> {
            Duration left = Duration.ofNanos(Math.max(0, end - System.nanoTime()));
            progress.step(name, shown(operation));
            Operation ended =
                connection
                    .admin()
                    .await(operation, left, later -> progress.step(name, shown(later)));
            progress.close();
            results.add(result(name, ended));
            if (ended.done() && failed(name, ended)) {
              failures.add(
                  new CommandFailure(
                      ExitCode.PARTLY,
                      name + ": the change is applied, but the agent is failed",
                      "nexus logs " + name + ", and nexus doctor"));
            }
            if (!ended.done() && !(patience.isZero() && !ended.ended())) {
              failures.add(failure(name, ended));
            }
          });
    }
    if (!output.isTable()) {
      output.print(shell, JsonValue.object().with("operations", results), () -> "");
    }
    return exit(failures, names.size());
  }

  /** What would hit every agent alike ends the command at once. */
  private static CommandFailure fatal(NexusException e) {
    if (e instanceof ProblemException problem
        && problem.status() != 401
        && problem.status() != 403) {
      return FailureReport.of(e);
    }
    throw e;
  }

  private static String shown(Operation operation) {
    return operation.kind()
        + " "
        + operation.state()
        + (operation.detail().isEmpty() ? "" : ", " + operation.detail());
  }

  private JsonValue result(String name, Operation operation) {
    if (output.isTable() && operation.ended() && operation.done()) {
      shell.out().println(operation.kind().equals("delete") ? name + " deleted" : present(name));
    } else if (output.isTable() && !operation.ended() && patience.isZero()) {
      shell.out().println(name + " " + operation.kind() + " accepted");
    }
    return JsonValue.object()
        .with("agent", name)
        .with("id", operation.id())
        .with("kind", operation.kind())
        .with("state", operation.state())
        .with("detail", operation.detail());
  }

  private boolean failed(String name, Operation operation) {
    try {
      return !operation.kind().equals("delete")
          && connection.admin().agent(name).get("status", "state").text().equals("failed");
    } catch (ProblemException e) {
      return false; // gone meanwhile
    }
  }

  /** One line about the agent as it is now. */
  private String present(String name) {
    try {
      return line(connection.admin().agent(name), connection.url());
    } catch (ProblemException e) {
      return name + " is not there any more";
    }
  }

  static String line(JsonValue agent, URI gateway) {
    JsonValue status = agent.get("status");
    String state = status.get("state").text();
    StringBuilder line = new StringBuilder(agent.get("name").text()).append(' ').append(state);
    List<JsonValue> replicas = status.get("replicas").items();
    if (!replicas.isEmpty() && !state.equals("stopped")) {
      line.append(" (")
          .append(status.get("ready").text())
          .append(" of ")
          .append(status.get("desired").text())
          .append(" ready)");
      List<String> addresses =
          replicas.stream().map(r -> r.get("address").text()).filter(a -> !a.isEmpty()).toList();
      if (!addresses.isEmpty()) {
        line.append(" on ")
            .append(String.join(", ", addresses))
            .append(", through the gateway: ")
            .append(gateway)
            .append(status.get("endpoint").text());
      }
    }
    String reason = status.get("reason").text();
    if (!reason.isEmpty()) {
      line.append(": ").append(reason);
    }
    return line.toString();
  }

  /** How an operation stands, with the log lines that explain a failure. */
  static String story(String name, Operation operation) {
    return name
        + ": "
        + operation.kind()
        + " "
        + operation.state()
        + ": "
        + operation.detail()
        + lastLines(operation);
  }

  private static String lastLines(Operation operation) {
    return operation.lastLines().stream().map(line -> "\n| " + line).collect(Collectors.joining());
  }

  private static CommandFailure failure(String name, Operation operation) {
    if (!operation.ended()) {
      return new CommandFailure(
          ExitCode.TIMED_OUT,
          name + ": " + shown(operation) + ", and it still goes on",
          "nexus describe " + name + ", or a longer --timeout");
    }
    return new CommandFailure(
        ExitCode.FAILED,
        name + ": " + operation.kind() + " failed: " + operation.detail() + lastLines(operation),
        "nexus logs " + name + ", and nexus doctor");
  }

  private int exit(List<CommandFailure> failures, int all) {
    FailureReport report = new FailureReport(shell);
    failures.forEach(report::print);
    if (failures.isEmpty()) {
      return ExitCode.OK.number();
    }
    boolean alike = failures.stream().allMatch(f -> f.exitCode() == failures.get(0).exitCode());
    if (failures.size() < all) {
      return ExitCode.PARTLY.number();
    }
    return alike ? failures.get(0).exitCode().number() : ExitCode.FAILED.number();
  }
}
