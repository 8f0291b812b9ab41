package dev.nexusdelta.cli;

import dev.nexusdelta.cli.folder.AgentFolder;
import dev.nexusdelta.cli.folder.AgentTemplate;
import dev.nexusdelta.cli.folder.NewAgent;
import dev.nexusdelta.cli.process.LogTail;
import dev.nexusdelta.cli.shell.CommandFailure;
import dev.nexusdelta.cli.shell.ExitCode;
import dev.nexusdelta.cli.shell.Shell;
import dev.nexusdelta.cli.shell.Waiting;
import dev.nexusdelta.sdk.CallResult;
import dev.nexusdelta.sdk.JsonValue;
import dev.nexusdelta.sdk.Operation;
import dev.nexusdelta.sdk.Scale;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** The demo, step by step. Used once. */
final class Demo {
  private static final Duration TO_REPLACE = Duration.ofSeconds(15);
  private static final Duration TO_SPREAD = Duration.ofSeconds(15);
  private static final Duration LOOK = Duration.ofMillis(50);
  private static final JsonValue FIVE_NUMBERS =
      JsonValue.of(Map.of("data", List.of(1, 2, 3, 4, 5)));
  private static final Map<String, List<String>> AGENTS = agents();

  private final Shell shell;
  private final DemoHost host;
  private final long start = System.nanoTime();

  Demo(Shell shell, DemoHost host) {
    this.shell = shell;
    this.host = host;
  }

  private static Map<String, List<String>> agents() {
    Map<String, List<String>> agents = new LinkedHashMap<>();
    agents.put("DataAgent", List.of("data", "analytics"));
    agents.put("TextAgent", List.of("nlp", "text"));
    agents.put("ImageAgent", List.of("vision", "ocr"));
    agents.put("CodeAgent", List.of("programming"));
    agents.put("MathAgent", List.of("math", "calculus"));
    return agents;
  }

  /** Runs all steps; returns the exit code. */
  int run() {
    try (DemoPlace place = DemoPlace.make(shell, "demo", host.flags())) {
      try {
        create(place);
        step("gateway serves on " + place.startGateway().url());
        start(place);
        call(place);
        scale(place);
        spread(place);
        replace(place);
        stop(place);
      } catch (RuntimeException e) {
        LogTail.of(place.log(), 0, 15).forEach(line -> shell.say("| " + line));
        throw e;
      }
    }
    step("nothing is left: the demo held");
    return ExitCode.OK.number();
  }

  private void step(String text) {
    double seconds = (System.nanoTime() - start) / 1e9;
    shell.out().println(String.format(Locale.ROOT, "%5.1f s  %s", seconds, text));
  }

  private static CommandFailure broken(String what) {
    return new CommandFailure(ExitCode.FAILED, "the demo did not hold: " + what, "nexus doctor");
  }

  private void create(DemoPlace place) {
    AGENTS.forEach(
        (name, capabilities) -> {
          NewAgent agent =
              new NewAgent(
                  AgentFolder.checked(name),
                  capabilities,
                  Optional.empty(),
                  NewAgent.Code.JAVA,
                  "");
          new AgentTemplate(agent, shell.layout()).write(AgentFolder.of(place.agents(), name));
        });
    step("created " + String.join(", ", AGENTS.keySet()));
  }

  private void start(DemoPlace place) {
    AgentFolders folders = new AgentFolders(place.agents());
    Map<String, Operation> started = new LinkedHashMap<>();
    AGENTS.keySet().forEach(name -> started.put(name, folders.start(place.admin(), name)));
    started.forEach((name, operation) -> await(place, name, operation));
    AGENTS.keySet().forEach(name -> healthy(place, name));
  }

  private void await(DemoPlace place, String name, Operation operation) {
    Operation ended = place.admin().await(operation, host.patience(), later -> {});
    if (!ended.done()) {
      throw broken(AgentWork.story(name, ended));
    }
  }

  private void healthy(DemoPlace place, String name) {
    JsonValue status = place.admin().agent(name).get("status");
    if (!status.get("state").text().equals("healthy")) {
      throw broken(name + " is " + status.get("state").text() + " " + status.get("reason").text());
    }
    String address = status.get("replicas").items().get(0).get("address").text();
    step(name + " is healthy on " + address);
  }

  private void call(DemoPlace place) {
    for (String name : AGENTS.keySet()) {
      CallResult answer = place.client().call(name, "process_data", FIVE_NUMBERS);
      if (answer.result().get("mean").number(0) != 3) {
        throw broken(name + " answered " + answer.result());
      }
      step(name + " answers through the gateway: " + answer.result());
    }
  }

  private void scale(DemoPlace place) {
    await(place, "DataAgent", place.admin().scale("DataAgent", Scale.to(3)));
    step("DataAgent has " + healthyReplicas(place).size() + " replicas");
  }

  /** New replicas get few calls at first, so that it may take more than three until all had one. */
  private void spread(DemoPlace place) {
    Map<String, Integer> calls = new LinkedHashMap<>();
    boolean all =
        Waiting.until(
            () -> {
              calls.merge(
                  place.client().call("DataAgent", "process_data", FIVE_NUMBERS).replica(),
                  1,
                  Integer::sum);
              return calls.size() == 3;
            },
            TO_SPREAD,
            LOOK);
    int sum = calls.values().stream().mapToInt(Integer::intValue).sum();
    if (!all || calls.containsKey("")) {
      throw broken(sum + " calls went to " + calls + " instead of three replicas");
    }
    step(sum + " calls went to three replicas: " + calls);
  }

  private void replace(DemoPlace place) {
    List<JsonValue> before = healthyReplicas(place);
    JsonValue victim = before.get(0);
    String id = victim.get("id").text();
    long killed = System.nanoTime();
    String what;
    try {
      what = host.kill(victim);
    } catch (IOException e) {
      throw broken("replica " + id + " cannot be killed: " + e.getMessage());
    }
    Set<String> known = new HashSet<>();
    before.forEach(replica -> known.add(replica.get("id").text()));
    List<JsonValue> now = new ArrayList<>();
    boolean replaced =
        Waiting.until(
            () -> {
              now.clear();
              now.addAll(healthyReplicas(place));
              return now.size() == 3
                  && now.stream().noneMatch(replica -> replica.get("id").text().equals(id));
            },
            TO_REPLACE,
            LOOK);
    if (!replaced) {
      throw broken("replica " + id + " was killed and not replaced: " + now);
    }
    String successor =
        now.stream()
            .map(replica -> replica.get("id").text())
            .filter(other -> !known.contains(other))
            .findFirst()
            .orElse(id);
    step(
        String.format(
            Locale.ROOT,
            "%s (%s) was killed; %s took its place after %.1f s",
            id,
            what,
            successor,
            (System.nanoTime() - killed) / 1e9));
    place.client().call("DataAgent", "process_data", FIVE_NUMBERS);
  }

  private static List<JsonValue> healthyReplicas(DemoPlace place) {
    return place.admin().replicas("DataAgent", false).get("replicas").items().stream()
        .filter(replica -> replica.get("state").text().equals("healthy"))
        .toList();
  }

  private void stop(DemoPlace place) {
    for (String name : AGENTS.keySet()) {
      await(place, name, place.admin().stop(name));
    }
    step("all agents are stopped");
    place.stopGateway();
    step("the gateway has ended");
  }
}
