package dev.nexusdelta.autoscaler;

import dev.nexusdelta.fleet.ScalingFacts;
import dev.nexusdelta.scaling.DecisionEntry;
import dev.nexusdelta.scaling.FleetRoom;
import dev.nexusdelta.scaling.LoadLedger;
import dev.nexusdelta.scaling.ScalingInput;
import dev.nexusdelta.scaling.ScalingPolicy;
import dev.nexusdelta.scaling.ScalingSettings;
import dev.nexusdelta.scaling.ScalingState;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One turn of each agent whose number of replicas follows its load: fetch, decide, act. What goes
 * wrong with one agent ends only its own turn.
 *
 * <p>Not thread-safe: belongs to the autoscaler's context.
 */
final class AgentTurns {
  private static final Logger LOG = LoggerFactory.getLogger(AgentTurns.class);

  /** So long the fleet may take to show what it was told. */
  private static final Duration HEARD = Duration.ofSeconds(1);

  /** What bounds an agent whose replicas fail at their start. */
  private static final String FAILS = "start failed";

  private final Autoscaler.Parts parts;
  private final LoadLedger ledger;
  private final DecisionLog log;
  private final Policy policy;
  private final Map<String, Followed> followed = new HashMap<>();
  private long begun;

  /** What is remembered of an agent from turn to turn. */
  private static final class Followed {
    ScalingState state;
    int told = -1;
    long toldAt;
    String bound = "";

    Followed(ScalingState state) {
      this.state = state;
    }

    /** Whether the fleet does not show yet what it was told. */
    boolean waits(int desired, long now) {
      if (told >= 0 && (told == desired || now - toldAt >= HEARD.toNanos())) {
        told = -1;
      }
      return told >= 0;
    }
  }

  /** How {@link ScalingPolicy} decides. */
  interface Policy {
    ScalingPolicy.Step decide(
        ScalingState state, ScalingInput input, ScalingSettings settings, long now);
  }

  AgentTurns(Autoscaler.Parts parts, LoadLedger ledger, DecisionLog log, Policy policy) {
    this.parts = parts;
    this.ledger = ledger;
    this.log = log;
    this.policy = policy;
  }

  /** This gateway begins to decide: what was remembered of another time is void. */
  void begin() {
    followed.clear();
    begun = now();
  }

  /** Every agent's turn; those that do not follow their load any more are forgotten. */
  void all(List<ScalingFacts> agents) {
    Set<String> following = turn(agents, facts -> true);
    followed.keySet().retainAll(following);
  }

  /** The turn of these agents alone. */
  void some(List<ScalingFacts> agents, Set<String> keys) {
    turn(agents, facts -> keys.contains(facts.name().key()));
  }

  private Set<String> turn(List<ScalingFacts> agents, Predicate<ScalingFacts> wanted) {
    Set<String> turned = new HashSet<>();
    FleetRoom fleet = present(agents);
    for (ScalingFacts facts : agents) {
      if (followsLoad(facts) && wanted.test(facts)) {
        turned.add(facts.name().key());
        try {
          // What one agent has just been given is not there for the next one.
          fleet = fleet.plus(turn(facts, fleet), facts.memoryBytes());
        } catch (RuntimeException e) {
          LOG.error("agent {} could not be scaled in this turn", facts.name(), e);
        }
      }
    }
    return turned;
  }

  private FleetRoom present(List<ScalingFacts> agents) {
    FleetRoom fleet = parts.caps().get();
    for (ScalingFacts facts : agents) {
      if (facts.countable() && facts.desired() > 0) {
        fleet = fleet.plus(facts.desired(), facts.memoryBytes());
      }
    }
    return fleet;
  }

  private static boolean followsLoad(ScalingFacts facts) {
    return facts.manifest().scale().isPresent()
        && facts.enabled()
        && facts.countable()
        && facts.pinned().isEmpty();
  }

  /** Returns how many replicas more it was given. */
  private int turn(ScalingFacts facts, FleetRoom fleet) {
    long now = now();
    String agent = facts.name().key();
    ScalingSettings settings =
        ScalingSettings.of(facts.manifest(), facts.manifest().scale().orElseThrow())
            .atLeast(facts.least());
    Followed memory =
        followed.computeIfAbsent(
            agent,
            first ->
                new Followed(ScalingState.fresh(now, now - begun < settings.window().toNanos())));
    if (memory.waits(facts.desired(), now)) {
      return 0;
    }
    ScalingInput input = input(facts, settings, fleet, now);
    ScalingPolicy.Step step = policy.decide(memory.state, input, settings, now);
    memory.state = step.state();
    DecisionEntry entry =
        DecisionEntry.of(parts.clock().instant(), input, settings, step.decision());
    if (entry.scales()) {
      memory.told = step.decision().replicas();
      memory.toldAt = now;
    }
    act(facts, entry);
    warn(facts, entry, memory.bound);
    memory.bound = entry.bound();
    return Math.max(0, step.decision().replicas() - facts.desired());
  }

  private ScalingInput input(
      ScalingFacts facts, ScalingSettings settings, FleetRoom fleet, long now) {
    FleetRoom.Room room = room(facts, fleet);
    return new ScalingInput(
        facts.desired(),
        facts.ready(),
        facts.starting(),
        ledger.sample(facts.name().key(), settings.window(), now),
        facts.startTime(),
        room.replicas(),
        room.by());
  }

  /** More of what does not come up would not help: one goes on trying. */
  private static FleetRoom.Room room(ScalingFacts facts, FleetRoom fleet) {
    int most = Math.max(1, facts.desired());
    FleetRoom.Room room = fleet.room(facts.desired(), facts.memoryBytes());
    return facts.failure().isPresent() && most < room.replicas()
        ? new FleetRoom.Room(most, FAILS)
        : room;
  }

  private void act(ScalingFacts facts, DecisionEntry entry) {
    String agent = facts.name().key();
    log.add(agent, entry);
    if (entry.scales()) {
      boolean up = entry.decision().replicas() > facts.desired();
      count(agent, up ? "up" : "down", entry.decision().cause());
      parts
          .fleet()
          .scaleByLoad(facts.name(), entry.decision().replicas(), entry.decision().reason());
    }
  }

  /** Said when a cap of the whole fleet begins to bind, not each second. */
  private void warn(ScalingFacts facts, DecisionEntry entry, String boundBefore) {
    String bound = entry.bound();
    if (bound.startsWith("fleet.") && !bound.equals(boundBefore)) {
      count(facts.name().key(), "none", entry.decision().cause());
      parts
          .events()
          .add(
              "agent.scale-bound",
              Optional.of(facts.name().value()),
              Optional.empty(),
              "autoscaler",
              bound + " allows no more than " + entry.decision().replicas() + " replicas");
    }
  }

  private void count(String agent, String direction, String reason) {
    parts
        .metrics()
        .count(
            "nexus_scale_decisions_total",
            "agent",
            agent,
            "direction",
            direction,
            "reason",
            reason);
  }

  private long now() {
    return parts.nanos().getAsLong();
  }
}
