package dev.nexusdelta.fleet;

import dev.nexusdelta.health.Phase;
import dev.nexusdelta.placement.HostedAgent;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/** What this gateway's host has of an agent, for who places it. Only on the fleet's context. */
final class HereFacts {
  private HereFacts() {}

  static Placed of(LiveAgent agent) {
    LiveRelease target = agent.releases().target();
    List<LiveReplica> replicas = agent.replicas();
    Optional<String> trouble = target.trouble();
    String failure = target.failure == null ? "" : target.failure.reason();
    HostedAgent here =
        new HostedAgent(
            agent.spec().revision(),
            "",
            replicas.size(),
            count(replicas, replica -> !replica.leaving() && replica.phase() != Phase.DRAINING),
            count(replicas, replica -> replica.is(Phase.HEALTHY)),
            count(replicas, replica -> replica.release == target && replica.is(Phase.HEALTHY)),
            count(replicas, replica -> replica.is(Phase.STARTING)),
            agent.gaveUp(),
            agent.gaveUp() || target.stuck() || trouble.isPresent(),
            trouble.orElse(failure),
            0);
    return new Placed(agent.spec(), agent.count().total(agent.spec()), here, memory(target, agent));
  }

  private static long memory(LiveRelease release, LiveAgent agent) {
    return release.host == null ? 0 : release.host.memoryOf(agent.manifest());
  }

  private static int count(List<LiveReplica> replicas, Predicate<LiveReplica> what) {
    return (int) replicas.stream().filter(what).count();
  }
}
