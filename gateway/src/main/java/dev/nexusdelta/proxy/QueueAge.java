package dev.nexusdelta.proxy;

import dev.nexusdelta.fleet.AgentView;
import java.util.concurrent.TimeUnit;

/**
 * Asks for more replicas of one agent while its calls wait for too long on one event loop, whether
 * or not more of them come. Belongs to that loop.
 */
final class QueueAge {
  /** Calls that have waited for so long want more replicas. */
  private static final long AGEING = TimeUnit.MILLISECONDS.toNanos(100);

  private static final long ASK_AGAIN = TimeUnit.MILLISECONDS.toNanos(250);

  private final Lane lane;
  private final String agent;
  private final Alarms.Alarm alarm = new Alarms.Alarm(this::look);
  private boolean watched;

  QueueAge(Lane lane, String agent) {
    this.lane = lane;
    this.agent = agent;
  }

  /** A call has begun to wait. */
  void waits(long nowNanos) {
    AgentView view = lane.fleet().view().agent(agent);
    if (view != null && !view.isServed()) {
      lane.fleet().demand(view.name());
    }
    if (!watched) {
      lookAt(nowNanos + AGEING);
    }
  }

  private void look() {
    watched = false;
    if (lane.waiting().size(agent) == 0) {
      return;
    }
    long now = lane.now();
    long early = AGEING - lane.waiting().oldestWait(agent, now);
    if (early > 0) {
      lookAt(now + early);
      return;
    }
    AgentView view = lane.fleet().view().agent(agent);
    if (view != null) {
      lane.fleet().demand(view.name());
    }
    lookAt(now + ASK_AGAIN);
  }

  private void lookAt(long nanos) {
    watched = true;
    lane.alarms().set(alarm, nanos);
  }
}
