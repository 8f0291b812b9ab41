package dev.nexusdelta.loadtest.lab;

import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.stream.Stream;

/**
 * What the gateway told of its fleet during a run, in seconds after the start, by the gateway's
 * clock; only on one machine is that the load generator's clock too. Pure.
 *
 * @param samples one a second and agent
 * @param events in their order
 * @param startPhases how long each phase of a replica's start took, as the gateway wrote it
 * @param firstAnswers when each replica's first answer was read
 */
public record FleetStory(
    List<Sample> samples,
    List<Event> events,
    Map<String, Map<String, String>> startPhases,
    Map<String, Double> firstAnswers) {

  /**
   * An agent at one moment.
   *
   * @param desired replicas that the gateway wants
   * @param ready replicas that can be called
   * @param replicas all that there are, in whatever state
   */
  public record Sample(double second, String agent, int desired, int ready, int replicas) {}

  /**
   * A change.
   *
   * @param second when it happened, by the gateway
   * @param seen when it was read here
   */
  public record Event(
      double second,
      double seen,
      String type,
      String agent,
      String replica,
      String by,
      String reason) {
    boolean isScaling() {
      return type.matches("agent\\.scal(ed|ing)|scal(e|ing)\\..*");
    }
  }

  /**
   * A replica that began during the run.
   *
   * @param begun when its host began with it
   * @param healthy empty = never
   * @param firstAnswer empty = none
   */
  public record Start(
      String replica,
      String agent,
      double begun,
      OptionalDouble healthy,
      OptionalDouble firstAnswer) {
    /** From its start to its health. */
    public OptionalDouble took() {
      return healthy.isPresent()
          ? OptionalDouble.of(healthy.getAsDouble() - begun)
          : OptionalDouble.empty();
    }
  }

  /** Replicas that began, in their order. */
  public List<Start> starts() {
    Map<String, Start> starts = new LinkedHashMap<>();
    events.stream()
        .filter(event -> event.type().equals("replica.starting"))
        .forEach(event -> starts.putIfAbsent(event.replica(), start(event)));
    return List.copyOf(starts.values());
  }

  private Start start(Event starting) {
    OptionalDouble healthy =
        events.stream()
            .filter(event -> event.type().equals("replica.healthy"))
            .filter(event -> event.replica().equals(starting.replica()))
            .mapToDouble(Event::second)
            .findFirst();
    Double answer = firstAnswers.get(starting.replica());
    return new Start(
        starting.replica(),
        starting.agent(),
        begun(starting, healthy),
        healthy,
        answer == null ? OptionalDouble.empty() : OptionalDouble.of(answer));
  }

  /** The event tells of one that runs already: of a container, after its creation and start. */
  private double begun(Event starting, OptionalDouble healthy) {
    double phases =
        startPhases.getOrDefault(starting.replica(), Map.of()).values().stream()
            .filter(text -> text.matches("[0-9.]+s"))
            .mapToDouble(text -> Double.parseDouble(text.substring(0, text.length() - 1)))
            .sum();
    double moment = starting.second();
    return healthy.isPresent() ? Math.min(moment, healthy.getAsDouble() - phases) : moment;
  }

  /** When more replicas were decided on: the event that says so, else the first start. */
  public OptionalDouble decidedAfter(double second) {
    OptionalDouble said = first(events.stream().filter(Event::isScaling), second);
    return said.isPresent()
        ? said
        : first(events.stream().filter(event -> event.type().equals("replica.starting")), second);
  }

  private static OptionalDouble first(Stream<Event> events, double from) {
    return events.mapToDouble(Event::second).filter(second -> second >= from).min();
  }

  /** The new replica whose answer came first. */
  public Optional<Start> firstServingAfter(double second) {
    return starts().stream()
        .filter(start -> start.begun() >= second && start.firstAnswer().isPresent())
        .min(Comparator.comparingDouble(start -> start.firstAnswer().getAsDouble()));
  }

  /** The ready replicas of an agent in the last sample before that. */
  public int readyBefore(String agent, double second) {
    return samples.stream()
        .filter(sample -> isOf(sample, agent) && sample.second() <= second)
        .reduce((earlier, later) -> later)
        .map(Sample::ready)
        .orElse(0);
  }

  /** The most replicas of an agent that were ready at once. */
  public int mostReady(String agent) {
    return samples.stream()
        .filter(sample -> isOf(sample, agent))
        .mapToInt(Sample::ready)
        .max()
        .orElse(0);
  }

  /** From when on an agent had no more than {@code most} replicas, until the end of the run. */
  public OptionalDouble noMoreThan(String agent, int most, double from) {
    OptionalDouble since = OptionalDouble.empty();
    for (Sample sample : samples) {
      if (isOf(sample, agent) && sample.second() >= from) {
        boolean few = sample.replicas() <= most;
        if (!few) {
          since = OptionalDouble.empty();
        } else if (since.isEmpty()) {
          since = OptionalDouble.of(sample.second());
        }
      }
    }
    return since;
  }

  /** How often the wanted number of an agent's replicas changed. */
  public int changes(String agent) {
    int changes = 0;
    int last = -1;
    for (Sample sample : samples) {
      if (isOf(sample, agent)) {
        changes += last >= 0 && last != sample.desired() ? 1 : 0;
        last = sample.desired();
      }
    }
    return changes;
  }

  private static boolean isOf(Sample sample, String agent) {
    return sample.agent().toLowerCase(Locale.ROOT).equals(agent.toLowerCase(Locale.ROOT));
  }
}
