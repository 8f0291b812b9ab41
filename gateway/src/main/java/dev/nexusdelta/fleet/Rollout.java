package dev.nexusdelta.fleet;

import dev.nexusdelta.health.Phase;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Decides what one agent's hosts should be told next. Pure and level-triggered: asked again after
 * every change, it answers with what is missing, and with nothing once all holds.
 *
 * <p>While releases change, at most one replica more than wanted lives; the first replica of a new
 * release must be healthy before an old one drains. What a host is asked for is always {@code kept
 * + still draining}, so that a replica that ends by itself while it drains is not started again.
 */
final class Rollout {
  private final RolloutFacts facts;
  private final Map<String, Integer> keep = new LinkedHashMap<>();
  private final List<RolloutAction> actions = new ArrayList<>();

  private Rollout(RolloutFacts facts) {
    this.facts = facts;
  }

  /** What to do now; empty = all is as it should be, or must be waited for. */
  static List<RolloutAction> decide(RolloutFacts facts) {
    return new Rollout(facts).decide();
  }

  /**
   * Whether a replacement is to be given up: the new release does not build, or none of it is ready
   * and it has failed finally, while an old one could serve.
   *
   * @param failures failed starts in a row
   * @param overdue one was not ready in time
   */
  static boolean givesUp(RolloutFacts facts, boolean buildFailed, int failures, boolean overdue) {
    if (facts.olds().stream().noneMatch(old -> old.served() && facts.slots(old) > 0)) {
      return false;
    }
    return facts.ready(facts.target()) == 0 && (buildFailed || overdue || failures >= 3);
  }

  private List<RolloutAction> decide() {
    for (RolloutFacts.Release release : facts.releases()) {
      keep.put(release.id(), Math.max(0, facts.slots(release)));
    }
    if (facts.wanted() == 0) {
      reduce(facts.releases(), 0, "stopped");
    } else if (facts.gaveUp() || !facts.targetStartable()) {
      oldOnesServe();
    } else {
      replace();
    }
    facts.releases().forEach(this::tellHost);
    return actions;
  }

  /** The target cannot be started (yet, or at all). */
  private void oldOnesServe() {
    RolloutFacts.Release target = facts.release(facts.target());
    int targetKeep = facts.gaveUp() ? 0 : Math.min(facts.wanted(), keep(target));
    reduce(List.of(target), targetKeep, facts.gaveUp() ? "its release failed" : "scaled down");
    List<RolloutFacts.Release> olds = facts.olds();
    reduce(olds, Math.max(0, facts.wanted() - facts.ready(target.id())), "scaled down");
    int missing = facts.wanted() - targetKeep - olds.stream().mapToInt(this::keep).sum();
    if (missing > 0 && facts.countable()) {
      olds.stream()
          .filter(old -> old.served() && keep(old) > 0)
          .findFirst()
          .ifPresent(old -> keep.merge(old.id(), missing, Integer::sum));
    }
    if (!facts.gaveUp() && target.build() == RolloutFacts.Build.NONE) {
      prepare(target);
    }
  }

  private void replace() {
    RolloutFacts.Release target = facts.release(facts.target());
    List<RolloutFacts.Release> olds = facts.olds();
    // What never served anybody is no help while its successor starts.
    reduce(olds.stream().filter(old -> !old.served()).toList(), 0, "replaced by another release");
    int ready = facts.ready(target.id());
    int oldKeep = olds.stream().mapToInt(this::keep).sum();
    int oldDraining = olds.stream().mapToInt(facts::draining).sum();
    int next = facts.wanted();
    if (facts.countable() && oldKeep > 0) {
      int room = facts.wanted() + 1 - oldKeep - oldDraining;
      int first = ready == 0 ? 1 : Math.max(1, room);
      next = Math.min(facts.wanted(), Math.max(keep(target), first));
    }
    if (keep(target) > next) {
      reduce(List.of(target), next, "scaled down");
    } else {
      keep.put(target.id(), next);
    }
    int needed = facts.countable() ? facts.wanted() - ready : ready > 0 ? 0 : facts.wanted();
    reduce(olds, Math.max(0, needed), "replaced by release " + target.id());
  }

  /** Brings the sum kept of these releases down to {@code most}: what is not there first. */
  private void reduce(List<RolloutFacts.Release> releases, int most, String reason) {
    int surplus = releases.stream().mapToInt(this::keep).sum() - most;
    for (RolloutFacts.Release release : releases) {
      int missing = Math.max(0, keep(release) - facts.active(release.id()).size());
      int now = Math.min(Math.max(0, surplus), missing);
      keep.merge(release.id(), -now, Integer::sum);
      surplus -= now;
    }
    // None wanted: those that the host runs beyond our count must go too.
    long drains = most == 0 ? Long.MAX_VALUE : Math.max(0, surplus);
    releases.stream()
        .flatMap(release -> facts.active(release.id()).stream())
        .filter(copy -> actions.stream().noneMatch(copy::isDrainedBy))
        .sorted(VICTIMS_FIRST)
        .limit(drains)
        .forEach(
            victim -> {
              keep.computeIfPresent(victim.release(), (id, count) -> Math.max(0, count - 1));
              actions.add(new RolloutAction.Drain(victim.id(), reason));
            });
  }

  /** Not ready ones, then the newest (by the second), of these the least loaded. */
  private static final Comparator<RolloutFacts.Copy> VICTIMS_FIRST =
      Comparator.comparing((RolloutFacts.Copy copy) -> copy.phase() == Phase.HEALTHY)
          .thenComparing(copy -> -copy.since().getEpochSecond())
          .thenComparing(RolloutFacts.Copy::inFlight)
          .thenComparing(copy -> -copy.ordinal());

  private void tellHost(RolloutFacts.Release release) {
    List<String> drained = facts.drained(release.id());
    int left = facts.draining(release) - drained.size() + drainedNow(release);
    int count = keep(release) + left;
    if (keep(release) == 0) {
      count = Math.min(count, release.applied());
    }
    boolean startable = release.build() == RolloutFacts.Build.READY && !release.blocked();
    if (!startable && count > release.applied() - drained.size()) {
      if (release.build() == RolloutFacts.Build.NONE && !release.blocked()) {
        prepare(release);
      }
      count = release.applied() - drained.size();
    }
    boolean untold = !release.told() && !release.blocked() && (startable || count == 0);
    if (count != release.applied() || !drained.isEmpty() || untold) {
      actions.add(new RolloutAction.Apply(release.id(), count, drained));
    } else if (!release.told() && release.build() == RolloutFacts.Build.NONE) {
      prepare(release);
    }
  }

  private int drainedNow(RolloutFacts.Release release) {
    return (int)
        actions.stream()
            .filter(RolloutAction.Drain.class::isInstance)
            .map(action -> facts.copy(((RolloutAction.Drain) action).replica()))
            .filter(copy -> copy.release().equals(release.id()))
            .count();
  }

  private void prepare(RolloutFacts.Release release) {
    RolloutAction action = new RolloutAction.Prepare(release.id());
    if (!release.blocked() && !actions.contains(action)) {
      actions.add(action);
    }
  }

  private int keep(RolloutFacts.Release release) {
    return keep.getOrDefault(release.id(), 0);
  }
}
