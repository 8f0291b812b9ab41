package dev.nexusdelta.proxy;

import dev.nexusdelta.balance.RoundRobin;
import dev.nexusdelta.calls.CallSampling;
import dev.nexusdelta.fleet.AgentView;
import dev.nexusdelta.fleet.Lease;
import dev.nexusdelta.fleet.Replica;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What one event loop knows of one agent besides its view: whose turn it is, the budget of repeated
 * calls, calls in flight. Written by that loop only; {@link #inFlight} may be read by any thread.
 */
final class AgentLane {
  private final RoundRobin balancer = new RoundRobin();
  private final RetryBudget budget = new RetryBudget();
  private final CallSampling.Slowest slowest = new CallSampling.Slowest();
  private volatile int inFlight;

  RetryBudget budget() {
    return budget;
  }

  CallSampling.Slowest slowest() {
    return slowest;
  }

  int inFlight() {
    return inFlight;
  }

  void began() {
    add(1);
  }

  void ended() {
    add(-1);
  }

  /** Not atomic, as only one thread writes. */
  @SuppressWarnings("NonAtomicVolatileUpdate")
  private void add(int calls) {
    inFlight += calls;
  }

  /**
   * A lease of an untried replica: healthy ones in turn, suspects only when no healthy one takes
   * the call.
   */
  @Nullable Lease choose(AgentView view, Tries tries) {
    List<Replica> routable = view.routable();
    int healthy = view.healthy();
    if (!tries.isEmpty()) {
      List<Replica> rest = new ArrayList<>(routable.size());
      for (int i = 0; i < routable.size(); i++) {
        if (!tries.contains(routable.get(i))) {
          rest.add(routable.get(i));
        } else if (i < view.healthy()) {
          healthy--;
        }
      }
      routable = rest;
    }
    if (healthy == routable.size()) {
      return balancer.<Replica, Lease>choose(routable);
    }
    Lease lease = balancer.<Replica, Lease>choose(routable.subList(0, healthy));
    return lease != null
        ? lease
        : balancer.<Replica, Lease>choose(routable.subList(healthy, routable.size()));
  }

  /** Whether some routable replica was not tried. */
  static boolean hasUntried(AgentView view, Tries tries) {
    for (Replica replica : view.routable()) {
      if (!tries.contains(replica)) {
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
    int soonest = 0;
    for (Replica replica : view.routable()) {
      if (!tries.contains(replica)) {
        if (replica.circuit().state().equals("closed")) {
          return 0;
        }
        int after = Math.max(1, replica.circuit().retryAfterSeconds());
        soonest = soonest == 0 ? after : Math.min(soonest, after);
      }
    }
    return soonest;
  }
}
