package dev.nexusdelta.fleet;

import dev.nexusdelta.health.Latencies;
import dev.nexusdelta.health.Latencies.Speed;
import dev.nexusdelta.health.Outliers;
import dev.nexusdelta.health.Phase;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * Looks once a second at how fast replicas answer, hears of those whose calls keep failing, and
 * ejects what {@link Outliers} finds. One that may not be ejected, as that would leave too few,
 * gets a tenth of its share for a while. Only on the fleet's context.
 */
final class OutlierWatch {
  private static final Duration PERIOD = Duration.ofSeconds(1);

  private final AgentTools with;
  private final Collection<LiveAgent> agents;
  private long last;

  /** Looks at {@code agents} as they are then. */
  OutlierWatch(AgentTools with, Collection<LiveAgent> agents) {
    this.with = with;
    this.agents = agents;
  }

  void start() {
    last = with.loop().now();
    with.loop().after(PERIOD, this::look);
  }

  private void look() {
    long now = with.loop().now();
    long since = now - last;
    last = now;
    // First: an error in what follows must not be the end of looking.
    with.loop().after(PERIOD, this::look);
    for (LiveAgent agent : List.copyOf(agents)) {
      lookAt(agent, now, since);
    }
  }

  private void lookAt(LiveAgent agent, long now, long since) {
    List<LiveReplica> used = new ArrayList<>();
    for (LiveReplica replica : agent.replicas()) {
      if (replica.lightReason != null && now - replica.lightUntil >= 0) {
        restore(replica);
      }
      if (replica.inUse()) {
        used.add(replica);
        if (replica.replica.weight(now) >= 1) {
          replica.replica.onTrial(false);
        }
      }
    }
    if (used.size() > 1) {
      compare(used, since);
    } else {
      // One that is alone has to do.
      used.forEach(replica -> replica.replica.onTrial(false));
    }
  }

  private record Slow(LiveReplica replica, Speed speed, String reason) {}

  private void compare(List<LiveReplica> used, long since) {
    List<Speed> speeds = new ArrayList<>();
    used.forEach(replica -> speeds.add(speed(replica, since)));
    List<Slow> found = new ArrayList<>();
    for (int i = 0; i < used.size(); i++) {
      LiveReplica replica = used.get(i);
      List<Speed> peers = new ArrayList<>(speeds);
      Speed own = peers.remove(i);
      Optional<String> slow = Outliers.slow(own, peers);
      replica.slowLooks = slow.isPresent() ? replica.slowLooks + 1 : 0;
      if (slow.isEmpty() && own.samples() >= Outliers.SPARED_SAMPLES) {
        replica.replica.onTrial(false);
      }
      if (slow.isPresent() && replica.slowLooks >= Outliers.LOOKS) {
        found.add(new Slow(replica, own, slow.get()));
      }
    }
    // The slowest first: not all of them may be ejected.
    found.sort(Comparator.comparingLong((Slow slow) -> slow.speed().p50()).reversed());
    found.forEach(slow -> outlier(slow.replica(), "latency", slow.reason()));
  }

  private static Speed speed(LiveReplica replica, long since) {
    CallCounts counts = replica.replica.counts();
    int unanswered = counts.unanswered();
    Latencies known = replica.latencies;
    if (known == null) {
      // What it took before it had peers to be compared with says nothing.
      known = new Latencies();
      replica.latencies = known;
      known.look(counts::heads, unanswered, since);
      known.forget();
    } else {
      known.look(counts::heads, unanswered, since);
    }
    return known.speed(unanswered);
  }

  /** Its calls keep failing. */
  void failing(LiveReplica replica, String reason) {
    outlier(replica, "failures", reason);
  }

  private void outlier(LiveReplica replica, String kind, String reason) {
    if (!replica.inUse()) {
      return;
    }
    int all = 0;
    int out = 0;
    for (LiveReplica other : replica.agent.replicas()) {
      all += other.inUse() || other.is(Phase.EJECTED) ? 1 : 0;
      out += other.is(Phase.EJECTED) ? 1 : 0;
    }
    if (Outliers.mayEject(all, out)) {
      replica.slowLooks = 0;
      replica.latencies = null;
      if (replica.lightReason != null) {
        restore(replica);
      }
      with.health().outlier(replica, kind, reason);
    } else if (all > 1) {
      lighten(replica, kind, reason);
    }
  }

  private void lighten(LiveReplica replica, String kind, String reason) {
    replica.lightUntil = with.loop().now() + Outliers.LIGHT.toNanos();
    if (replica.lightReason != null) {
      return;
    }
    replica.lightReason = reason + "; it gets few calls, as no more may be ejected";
    replica.replica.light(true);
    with.metrics().lightened(replica.agent.key(), kind);
    with.loop().changed(replica.agent);
    event("replica.lightened", replica, replica.lightReason);
  }

  private void restore(LiveReplica replica) {
    replica.lightReason = null;
    replica.replica.light(false);
    with.loop().changed(replica.agent);
    event("replica.restored", replica, "it gets its share of calls again");
  }

  private void event(String type, LiveReplica replica, String reason) {
    with.event(type, replica.agent.spec().name(), replica.id(), "outlier", reason);
  }
}
