package dev.nexusdelta.fleet;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * Does what {@link Rollout} has decided for one agent, except what a host that is away cannot do:
 * that is decided again when it is back. Only on the fleet's context.
 */
final class RolloutSteps {
  private final LiveAgent agent;
  private final AgentTools with;

  RolloutSteps(LiveAgent agent, AgentTools with) {
    this.agent = agent;
    this.with = with;
  }

  /** What is to be decided upon. */
  RolloutFacts facts() {
    LiveRelease target = agent.releases().target();
    long now = with.loop().now();
    List<RolloutFacts.Copy> copies = new ArrayList<>();
    for (LiveReplica replica : agent.replicas()) {
      if (!replica.leaving()) {
        copies.add(replica.facts(now));
      }
    }
    return new RolloutFacts(
        agent.wanted(),
        target.countable(),
        target.id(),
        agent.gaveUp(),
        agent.releases().facts(),
        copies);
  }

  /** Whether the target is to be given up now: it has failed finally, and another could serve. */
  boolean givesUp() {
    LiveRelease target = agent.releases().target();
    if (agent.wanted() == 0
        || !Rollout.givesUp(facts(), target.buildFailed(), target.failures, target.overdue)) {
      return false;
    }
    String reason = target.failure == null ? "it does not start" : target.failure.reason();
    String text = "release " + target.id() + ": " + reason;
    with.event("rollout.failed", agent.spec().name(), null, "gateway", text);
    return true;
  }

  /** Does what can be done now; false if that is nothing. */
  boolean take(List<RolloutAction> decided) {
    List<RolloutAction> actions = decided.stream().filter(action -> !held(action)).toList();
    actions.forEach(this::act);
    return !actions.isEmpty();
  }

  private boolean held(RolloutAction action) {
    if (action instanceof RolloutAction.Prepare prepare) {
      return known(prepare.release()).held();
    }
    return action instanceof RolloutAction.Apply apply && known(apply.release()).held();
  }

  private void act(RolloutAction action) {
    if (action instanceof RolloutAction.Prepare prepare) {
      with.commands().prepare(agent, known(prepare.release()));
    } else if (action instanceof RolloutAction.Apply apply) {
      List<LiveReplica> victims = new ArrayList<>();
      for (String victim : apply.victims()) {
        LiveReplica replica = agent.replica(victim);
        if (replica != null) {
          victims.add(replica);
        }
      }
      with.commands().apply(agent, known(apply.release()), apply.count(), victims);
    } else if (action instanceof RolloutAction.Drain drain) {
      LiveReplica replica = agent.replica(drain.replica());
      if (replica != null) {
        drain(replica, drain.reason());
      }
    }
  }

  private LiveRelease known(String id) {
    LiveRelease live = agent.releases().find(id);
    return live == null ? agent.releases().target() : live;
  }

  private void drain(LiveReplica replica, String reason) {
    Duration most = agent.manifest().limits().timeout();
    replica.drainDeadline = with.loop().now() + most.toNanos();
    agent.withdraw(replica);
    with.health().drain(replica, reason);
    with.loop().after(most.plusMillis(1), () -> with.loop().changed(agent));
  }
}
