package dev.nexusdelta.fleet;

import dev.nexusdelta.discovery.AgentSpec;
import dev.nexusdelta.manifest.Run;
import java.util.Collection;
import java.util.Optional;

/**
 * How many replicas of one agent are wanted, in the cluster and on this gateway's host. Only on the
 * fleet's context.
 *
 * <p>Alone, both are the same. Otherwise the leader's word counts; where there is none yet, what
 * runs here stays as it is. What is stopped or deleted ends everywhere without waiting for a word.
 */
final class LiveCount {
  private final Shares shares;
  private final LoadScale scale = new LoadScale();

  /** What this host was told last, or had when nobody had said. */
  private int here;

  LiveCount(Shares shares) {
    this.shares = shares;
  }

  /** Wanted in the cluster. */
  int total(AgentSpec spec) {
    return scale.wanted(spec);
  }

  /** Wanted here. */
  int here(AgentSpec spec) {
    int total = total(spec);
    if (part(spec).isEmpty()) {
      // What runs when the first other gateway comes is what this host is to keep.
      here = total;
    }
    return total == 0 ? 0 : here;
  }

  /** What the cluster says; empty where it has no say. */
  Optional<ClusterPart> part(AgentSpec spec) {
    // Replicas that run elsewhere are reached from every gateway.
    return spec.manifest().run() instanceof Run.Url
        ? Optional.empty()
        : shares.of(spec.name().key());
  }

  /** It is new: nothing of it can have been left running. */
  void created() {
    scale.created();
  }

  /** The gateway has begun, and found these replicas here. */
  void found(AgentSpec spec, Collection<LiveReplica> replicas) {
    here = staying(replicas);
    scale.found(spec, here + others(spec));
    heard(spec);
  }

  /** Another revision holds; these replicas are here. */
  void take(AgentSpec before, AgentSpec now, Collection<LiveReplica> replicas) {
    scale.take(before, now, staying(replicas) + others(now));
  }

  private static int staying(Collection<LiveReplica> replicas) {
    return (int) replicas.stream().filter(replica -> !replica.leaving()).count();
  }

  private int others(AgentSpec spec) {
    return part(spec).map(part -> part.others().staying()).orElse(0);
  }

  /** The cluster says something else; true if this host has been given a first replica. */
  boolean heard(AgentSpec spec) {
    Optional<ClusterPart> said = part(spec);
    if (said.isEmpty()) {
      return false;
    }
    int before = here;
    here = said.get().share().orElse(here);
    said.get().total().ifPresent(total -> scale.scaleTo(spec, total));
    return before == 0 && here > 0;
  }

  /** Replicas on other hosts, those that end too. */
  int elsewhere(AgentSpec spec) {
    return part(spec).map(part -> part.others().present()).orElse(0);
  }

  /** Somebody has started it: it has one at least. */
  void start(AgentSpec spec) {
    scale.start(spec);
  }

  /** The load calls for so many; whether that changes anything. */
  boolean scaleTo(AgentSpec spec, int replicas) {
    return scale.scaleTo(spec, replicas);
  }
}
