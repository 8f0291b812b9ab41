package dev.nexusdelta.cli.loadtest;

import dev.nexusdelta.cli.shell.CommandFailure;
import dev.nexusdelta.cli.shell.ExitCode;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.OptionalInt;

/** A simulation of the load lab, and what a fleet for it consists of. */
public enum LoadSimulation {
  /** A little of everything. */
  SMOKE("Smoke", "every sample agent answers", sampleAgents(), OptionalInt.empty()),
  /** One rate. */
  STEADY("Steady", "one rate with a tenth of noise", loadAgent(), OptionalInt.empty()),
  /** Rising levels. */
  CAPACITY("Capacity", "levels of rising rate, up to the knee", loadAgent(), OptionalInt.empty()),
  /** A step up and down. */
  SPIKE("Spike", "twenty times the calls at once, and back", loadAgent(), OptionalInt.empty()),
  /** From zero replicas. */
  COLD_START(
      "ColdStart", "200 callers of an idle agent", List.of("IdleAgent"), OptionalInt.empty()),
  /** Kills under load. */
  LOSING_A_REPLICA(
      "LosingAReplica", "kill -9 of replicas under load", loadAgent(), OptionalInt.of(3)),
  /** Hours. */
  SOAK("Soak", "hours of the same", loadAgent(), OptionalInt.empty()),
  /** All kinds of calls. */
  MIXED(
      "Mixed",
      "short, long, streamed and failing calls of several agents",
      List.of("LoadAgent", "IdleAgent", "DataAgent", "TextAgent"),
      OptionalInt.empty());

  private final String className;
  private final String shows;
  private final List<String> agents;
  private final OptionalInt replicas;

  LoadSimulation(String className, String shows, List<String> agents, OptionalInt replicas) {
    this.className = className;
    this.shows = shows;
    this.agents = agents;
    this.replicas = replicas;
  }

  private static List<String> sampleAgents() {
    return List.of("DataAgent", "TextAgent", "ImageAgent", "CodeAgent", "MathAgent");
  }

  private static List<String> loadAgent() {
    return List.of("LoadAgent");
  }

  /** The one that is typed like this. */
  public static LoadSimulation named(String word) {
    return Arrays.stream(values())
        .filter(simulation -> simulation.word().equals(word.toLowerCase(Locale.ROOT)))
        .findFirst()
        .orElseThrow(
            () ->
                new CommandFailure(
                    ExitCode.USAGE,
                    "there is no load test '" + word + "'",
                    "one of "
                        + String.join(
                            ", ", Arrays.stream(values()).map(LoadSimulation::word).toList())));
  }

  /** As it is typed. */
  public String word() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /** The class that Gatling runs. */
  public String type() {
    return "dev.nexusdelta.loadtest." + className + "Simulation";
  }

  /** For the list of them. */
  public String shows() {
    return shows;
  }

  /** What it calls; the first one's replicas are judged. */
  public List<String> agents() {
    return agents;
  }

  /** Replicas that the first agent needs; empty = as its manifest says. */
  public OptionalInt replicas() {
    return replicas;
  }
}
