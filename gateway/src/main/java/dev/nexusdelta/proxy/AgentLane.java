package dev.nexusdelta.proxy;

import dev.nexusdelta.balance.Balancer;
import dev.nexusdelta.balance.ConsistentHash;
import dev.nexusdelta.balance.Hash;
import dev.nexusdelta.balance.LeastRequests;
import dev.nexusdelta.balance.RoundRobin;
import dev.nexusdelta.balance.Tiers;
import dev.nexusdelta.calls.CallSampling;
import dev.nexusdelta.fleet.AgentView;
import dev.nexusdelta.fleet.Lease;
import dev.nexusdelta.fleet.Replica;
import dev.nexusdelta.manifest.Manifest.Balance;
import io.vertx.core.MultiMap;
import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * What one event loop knows of one agent besides its view: whose turn it is, what calls take, calls
 * in flight. Written by that loop only; {@link #inFlight} may be read by any thread.
 */
final class AgentLane {
  private final RandomGenerator random;
  private Balance policy = Balance.ROUND_ROBIN;
  private Balancer balancer;
  private final AgentShare share;
  private final SecondCounts calls;
  private final ServiceTime service = new ServiceTime();
  private final LoadMeter load;
  private final ShedShare shed = new ShedShare();
  private final CallSampling.Slowest slowest = new CallSampling.Slowest();
  private final QueueAge queueAge;
  private volatile int inFlight;

  /**
   * Without calls.
   *
   * @param lane of this loop
   * @param key of the agent
   * @param share of the agent, with other loops
   */
  AgentLane(Lane lane, String key, AgentShare share) {
    this.load = new LoadMeter(lane.now());
    this.queueAge = new QueueAge(lane, key);
    this.random = lane.random();
    this.balancer = new RoundRobin(lane.random());
    this.share = share;
    this.calls = share.budget().joined();
  }

  /** Its loop ends. */
  void close() {
    share.budget().left(calls);
  }

  RetryBudget budget() {
    return share.budget();
  }

  ToolPlaces tools() {
    return share.tools();
  }

  /** What calls take. */
  ServiceTime service() {
    return service;
  }

  /** Its part of what is taken while the loop is overloaded. */
  ShedShare shed() {
    return shed;
  }

  /** What all its calls come to. */
  LoadMeter load() {
    return load;
  }

  /** For how long its calls wait. */
  QueueAge queueAge() {
    return queueAge;
  }

  CallSampling.Slowest slowest() {
    return slowest;
  }

  int inFlight() {
    return inFlight;
  }

  /** A new call has come. */
  void began(long nowNanos) {
    add(1);
    calls.addAlone(nowNanos);
    load.began(nowNanos);
  }

  void ended(long nowNanos) {
    add(-1);
    load.ended(nowNanos);
  }

  /** Not atomic, as only one thread writes. */
  @SuppressWarnings("NonAtomicVolatileUpdate")
  private void add(int calls) {
    inFlight += calls;
  }

  /**
   * A lease of an untried replica by the agent's policy: healthy ones, then those of other
   * gateways, suspects only when none of these takes the call.
   *
   * @param headers of the call, one of which may name what belongs together
   */
  @Nullable Lease choose(AgentView view, Tries tries, MultiMap headers, long now) {
    Balancer by = balancer(view.manifest().balance());
    long key = key(headers);
    List<Replica> own = view.routable();
    List<Replica> elsewhere = view.elsewhere();
    int healthy = view.healthy();
    if (!tries.isEmpty()) {
      for (int i = 0; i < view.healthy(); i++) {
        healthy -= tries.contains(own.get(i)) ? 1 : 0;
      }
      own = untried(own, tries);
      elsewhere = untried(elsewhere, tries);
    }
    if (!elsewhere.isEmpty()) {
      elsewhere = withRoom(elsewhere, now);
    }
    return Tiers.<Replica, Lease>choose(by, own, healthy, elsewhere, key, now);
  }

  private static List<Replica> untried(List<Replica> all, Tries tries) {
    List<Replica> rest = new ArrayList<>(all.size());
    for (int i = 0; i < all.size(); i++) {
      if (!tries.contains(all.get(i))) {
        rest.add(all.get(i));
      }
    }
    return rest;
  }

  /** Without those whose gateway has said a moment ago that they have no place. */
  private static List<Replica> withRoom(List<Replica> elsewhere, long now) {
    for (int i = 0; i < elsewhere.size(); i++) {
      if (!elsewhere.get(i).hasRoom(now)) {
        return elsewhere.stream().filter(each -> each.hasRoom(now)).toList();
      }
    }
    return elsewhere;
  }

  private Balancer balancer(Balance wanted) {
    if (policy != wanted && !policy.equals(wanted)) {
      balancer =
          switch (wanted.policy()) {
            case ROUND_ROBIN -> new RoundRobin(random);
            case LEAST_REQUESTS -> new LeastRequests(random);
            case CONSISTENT_HASH -> new ConsistentHash(new RoundRobin(random));
          };
    }
    policy = wanted;
    return balancer;
  }

  private long key(MultiMap headers) {
    String value = policy.header().isEmpty() ? null : headers.get(policy.header());
    return value == null ? Balancer.NO_KEY : Hash.of(value);
  }

  /** Whether some routable replica was not tried. */
  static boolean hasUntried(AgentView view, Tries tries) {
    return hasUntried(view.routable(), tries) || hasUntried(view.elsewhere(), tries);
  }

  private static boolean hasUntried(List<Replica> all, Tries tries) {
    for (int i = 0; i < all.size(); i++) {
      if (!tries.contains(all.get(i))) {
        return true;
      }
    }
    return false;
  }

  /**
   * Seconds until the first open circuit lets a trial pass, if the circuits of all untried replicas
   * keep calls away; 0 if one of them does not, or there is none.
   */
  static int circuitsOpen(AgentView view, Tries tries) {
    int own = circuitsOpen(view.routable(), tries, 0);
    return own < 0 ? 0 : Math.max(0, circuitsOpen(view.elsewhere(), tries, own));
  }

  /** The least of {@code before} and theirs, 0 being none; negative if a circuit is closed. */
  private static int circuitsOpen(List<Replica> all, Tries tries, int before) {
    int soonest = before;
    for (Replica replica : all) {
      if (!tries.contains(replica)) {
        if (replica.circuit().state().equals("closed")) {
          return -1;
        }
        int after = Math.max(1, replica.circuit().retryAfterSeconds());
        soonest = soonest == 0 ? after : Math.min(soonest, after);
      }
    }
    return soonest;
  }
}
