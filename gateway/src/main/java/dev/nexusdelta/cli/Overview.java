package dev.nexusdelta.cli;

import dev.nexusdelta.cli.folder.AgentFolder;
import dev.nexusdelta.cli.shell.Progress;
import dev.nexusdelta.cli.shell.Shell;
import dev.nexusdelta.cli.shell.Waiting;
import dev.nexusdelta.sdk.JsonValue;
import dev.nexusdelta.sdk.NexusException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.BooleanSupplier;

/** What people see of a gateway that has just started. */
final class Overview {
  /** States that do not change by waiting. */
  private static final Set<String> SETTLED = Set.of("healthy", "stopped", "idle", "failed");

  private static final Duration TO_APPEAR = Duration.ofSeconds(5);

  /** Agents are asked for their tools when they are healthy, and one may not answer. */
  private static final Duration TO_NAME_TOOLS = Duration.ofSeconds(2);

  private static final Duration BETWEEN_LOOKS = Duration.ofMillis(150);
  private final Shell shell;
  private final Connection connection;
  private final Optional<Path> certificate;

  Overview(Shell shell, Connection connection, Optional<Path> certificate) {
    this.shell = shell;
    this.certificate = certificate;
    this.connection = connection;
  }

  /**
   * Waits until every agent is healthy or will not be, saying each change.
   *
   * @param taken whether the folders' agents can be registered, and are waited for
   * @param given looks whether to give up
   * @return whether all that are to run are healthy
   */
  boolean awaitAgents(Path folders, boolean taken, Duration atMost, BooleanSupplier given) {
    boolean expected = taken && !AgentFolder.all(folders).isEmpty();
    long start = System.nanoTime();
    // One look tells both that all have settled and how: the next one may find another one
    // starting.
    List<JsonValue> last = new ArrayList<>();
    try (Progress progress = new Progress(shell)) {
      Waiting.until(
          () -> {
            List<JsonValue> agents = agents();
            last.clear();
            last.addAll(agents);
            agents.forEach(agent -> progress.step(agent.get("name").text(), state(agent)));
            boolean appeared =
                !agents.isEmpty() || !expected || System.nanoTime() - start > TO_APPEAR.toNanos();
            return given.getAsBoolean()
                || (appeared
                    && agents.stream()
                        .allMatch(a -> SETTLED.contains(a.get("status", "state").text())));
          },
          atMost,
          BETWEEN_LOOKS);
    }
    return last.stream()
        .map(agent -> agent.get("status", "state").text())
        .allMatch(state -> SETTLED.contains(state) && !state.equals("failed"));
  }

  private List<JsonValue> agents() {
    try {
      return connection.admin().agents().get("agents").items();
    } catch (NexusException e) {
      return List.of(); // it may be ending; who waits for it says so
    }
  }

  private static boolean toolsKnown(JsonValue agent) {
    return !agent.get("status", "state").text().equals("healthy")
        || agent.get("status", "toolsKnown").truth(false);
  }

  private static String state(JsonValue agent) {
    String reason = agent.get("status", "reason").text();
    return agent.get("status", "state").text() + (reason.isEmpty() ? "" : ": " + reason);
  }

  /**
   * Says which folders do not count, as the cluster has another agent of that name.
   *
   * @param toSettle longest wait for a gateway that has joined to give way
   */
  void tellGivenWay(Path folders, Duration toSettle) {
    if (AgentFolder.all(folders).isEmpty()) {
      return;
    }
    Waiting.until(() -> agents().stream().anyMatch(Overview::isGivenWay), toSettle, BETWEEN_LOOKS);
    agents().stream().filter(Overview::isGivenWay).map(this::givenWay).forEach(shell::say);
  }

  private static boolean isGivenWay(JsonValue agent) {
    JsonValue source = agent.get("source");
    return !source.get("file").text().isEmpty()
        && source.get("faults").items().isEmpty()
        && !source.get("applied").truth(true);
  }

  private String givenWay(JsonValue agent) {
    String name = agent.get("name").text();
    return shell.shown(shell.cwd().resolve(agent.get("source", "file").text()))
        + " is not applied as it is now, for the cluster has another "
        + name
        + " (nexus describe "
        + name
        + " compares them; nexus apply "
        + name
        + " applies the file)";
  }

  /** The agents, and a call to try. */
  void print() {
    Waiting.until(
        () -> agents().stream().allMatch(Overview::toolsKnown), TO_NAME_TOOLS, BETWEEN_LOOKS);
    List<JsonValue> agents = agents();
    if (agents.isEmpty()) {
      shell.say("there are no agents yet; to make one: nexus create --name MyAgent");
      return;
    }
    shell.err().print(ListCommand.table(agents));
    for (JsonValue agent : agents) {
      if (agent.get("status", "state").text().equals("healthy")) {
        try {
          String name = agent.get("name").text();
          JsonValue tools = connection.client().tools(name);
          String call = SampleCall.of(connection.url(), certificate, name, tools);
          if (!call.isEmpty()) {
            shell.say("try:  " + call);
            return;
          }
        } catch (NexusException e) {
          continue; // the next agent makes as good an example
        }
      }
    }
  }
}
