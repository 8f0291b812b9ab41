package dev.nexusdelta.cli;

import dev.nexusdelta.cli.folder.FolderCopy;
import dev.nexusdelta.cli.loadtest.LoadSimulation;
import dev.nexusdelta.cli.process.LogTail;
import dev.nexusdelta.cli.process.RunningGateway;
import dev.nexusdelta.cli.shell.CommandFailure;
import dev.nexusdelta.cli.shell.ExitCode;
import dev.nexusdelta.cli.shell.Shell;
import dev.nexusdelta.sdk.Admin;
import dev.nexusdelta.sdk.NexusClient;
import dev.nexusdelta.sdk.Operation;
import dev.nexusdelta.sdk.Scale;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeSet;

/**
 * The agents that a load test calls: in a fleet of its own, or at a gateway that runs anyway. At
 * its end the number of replicas is again left to whoever decided on it before.
 */
final class LoadtestFleet {
  private static final Duration TO_SCALE = Duration.ofSeconds(60);

  private final Admin admin;
  private final Deque<Runnable> undo = new ArrayDeque<>();

  LoadtestFleet(Admin admin) {
    this.admin = admin;
  }

  /**
   * Starts a gateway in this place, with the agents that the simulation needs.
   *
   * @param patience how long an agent may take until it is ready
   */
  static RunningGateway start(
      Shell shell, DemoPlace place, Path clone, LoadSimulation simulation, Duration patience) {
    try {
      for (String name : simulation.agents()) {
        copy(clone, place.agents(), name.toLowerCase(Locale.ROOT));
      }
      RunningGateway gateway = place.startGateway();
      shell.say("a gateway of its own serves on " + gateway.url());
      AgentFolders folders = new AgentFolders(place.agents());
      Map<String, Operation> started = new LinkedHashMap<>();
      simulation.agents().forEach(name -> started.put(name, folders.start(place.admin(), name)));
      started.forEach((name, operation) -> await(place.admin(), name, operation, patience));
      return gateway;
    } catch (IOException e) {
      throw new CommandFailure(
          ExitCode.FAILED, "the agents cannot be copied: " + e.getMessage(), "nexus doctor");
    } catch (RuntimeException e) {
      LogTail.of(place.log(), 0, 15).forEach(line -> shell.say("| " + line));
      throw e;
    }
  }

  /** Fails, with what to do, unless the gateway has the agents that are called. */
  static void check(NexusClient client, LoadSimulation simulation) {
    Set<String> there = new TreeSet<>(String.CASE_INSENSITIVE_ORDER);
    client.agents().get("agents").items().forEach(agent -> there.add(agent.get("name").text()));
    List<String> missing =
        simulation.agents().stream().filter(name -> !there.contains(name)).toList();
    if (!missing.isEmpty()) {
      throw new CommandFailure(
          ExitCode.NOT_FOUND,
          "the gateway has no " + String.join(", no ", missing),
          "copy them from agents/ and loadtest/agents/ of the clone into its agents folder,"
              + " then nexus start-all; or leave out --url");
    }
  }

  /** From the lab's agents, or from the samples. */
  private static void copy(Path clone, Path agents, String key) throws IOException {
    Path own = clone.resolve("loadtest").resolve("agents").resolve(key);
    Path from = Files.isDirectory(own) ? own : clone.resolve("agents").resolve(key);
    Path to = agents.resolve(key);
    FolderCopy.of(from).into(to);
    // The manifest last: a folder is an agent from then on.
    Files.copy(from.resolve("agent.yaml"), to.resolve("agent.yaml"));
  }

  /**
   * Wants an agent's replicas fixed; until {@link #restore}.
   *
   * @param replicas empty = the fewest that its manifest allows, one at least
   */
  void pin(String agent, OptionalInt replicas) {
    var before = admin.agent(agent);
    int least = (int) Math.max(1, before.get("spec", "scale", "min").integer(1));
    var pinned = before.get("pinned");
    Scale back = pinned.isPresent() ? Scale.to((int) pinned.integer(1)) : Scale.auto();
    undo.push(() -> admin.scale(agent, back));
    await(admin, agent, admin.scale(agent, Scale.to(replicas.orElse(least))), TO_SCALE);
  }

  /** Takes back what was pinned. */
  void restore() {
    while (!undo.isEmpty()) {
      undo.pop().run();
    }
  }

  private static void await(Admin admin, String name, Operation operation, Duration patience) {
    Operation ended = admin.await(operation, patience, later -> {});
    if (!ended.done()) {
      throw new CommandFailure(
          ExitCode.FAILED, AgentWork.story(name, ended), "nexus describe " + name);
    }
  }
}
