package dev.nexusdelta.proxy;

import dev.nexusdelta.fleet.AgentView;
import dev.nexusdelta.fleet.Lease;
import dev.nexusdelta.problem.Problem;
import dev.nexusdelta.problem.ProblemCode;
import dev.nexusdelta.proxy.WaitingRoom.Ticket;
import dev.nexusdelta.proxy.WaitingRoom.Turn;
import org.jspecify.annotations.Nullable;

/**
 * Finds a place for a call on a replica that it was not sent to yet: at once, or after waiting for
 * its turn. Stays on one event loop.
 */
final class Placement extends PlaceSearch implements WaitingRoom.Waiter {
  private final Lane lane;
  private final CallHead head;
  private final AgentLane agentLane;
  private final Tries tries;
  private @Nullable String tool;
  private long endNanos;
  private @Nullable Ticket ticket;
  private long waitingSince;
  private long pause;
  private boolean toolTaken;
  private boolean over;

  Placement(Lane lane, CallHead head, AgentLane agentLane, Tries tries, Listener listener) {
    super(listener);
    this.lane = lane;
    this.head = head;
    this.agentLane = agentLane;
    this.tries = tries;
  }

  @Override
  void of(@Nullable String toolName, long until) {
    tool = toolName;
    endNanos = until;
  }

  @Override
  boolean isWaiting() {
    return ticket != null || pause != 0;
  }

  @Override
  void seekAfter(long nanos) {
    if (nanos == 0) {
      seek();
      return;
    }
    pause =
        lane.after(
            nanos,
            () -> {
              pause = 0;
              seek();
            });
  }

  /** Waits for one if need be. */
  @Override
  void seek() {
    String line = line();
    // Those who wait already go first.
    boolean queued = tries.isEmpty() && lane.waiting().hasWaiting(head.agentKey(), line);
    if ((!queued && turn() == Turn.GONE) || isHopeless()) {
      return;
    }
    waitingSince = lane.now();
    int limit = head.agent().manifest().limits().queue();
    ticket = lane.waiting().enter(head.agentKey(), line, this, endNanos, waitingSince, limit);
    agentLane.queueAge().waits(waitingSince);
    if (ticket == null) {
      fail(Refusals.queueFull(head.agent()));
      return;
    }
    AgentView agent = lane.fleet().view().agent(head.agentKey());
    tries.waits(agent == null ? head.agent() : agent, waitingSince);
    if (!queued) {
      // Another loop may have freed a place after the first look and before it could see us wait.
      turn();
    }
  }

  private String line() {
    if (!tries.isEmpty()) {
      return AgentQueue.CHOOSY;
    }
    String own = tool;
    return own == null || ToolPlaces.limit(head.agent().manifest(), own) == 0
        ? WaitingRoom.ANY
        : own;
  }

  /** Gives it up if it could not be answered in time any more. */
  private boolean isHopeless() {
    long left = endNanos - lane.now();
    if (!agentLane.service().isHopeless(left)) {
      return false;
    }
    fail(Refusals.hopeless(head.agent(), agentLane.service().nanos(), left));
    return true;
  }

  @Override
  public Turn turn() {
    if (over || (ticket != null && isHopeless())) {
      return Turn.GONE;
    }
    AgentView agent = lane.fleet().view().agent(head.agentKey());
    if (agent == null) {
      fail(Refusals.agentUnknown(head.route().agent(), lane.fleet().view().names()));
      return Turn.GONE;
    }
    if (!takeTool(agent)) {
      return Turn.WAITS;
    }
    long now = lane.now();
    Lease chosen = agentLane.choose(agent, tries, head.request().headers(), now);
    if (chosen != null) {
      if (ticket != null) {
        lane.metrics().waited(head.agentKey(), now - waitingSince);
      }
      leaveQueue();
      found(chosen, now);
      return Turn.GONE;
    }
    giveTool();
    return none(agent);
  }

  private Turn none(AgentView agent) {
    if (agent.routable().isEmpty() && agent.unavailable().isPresent()) {
      fail(agent.unavailable().get());
      return Turn.GONE;
    }
    int opens = AgentLane.circuitsOpen(agent, tries);
    if (opens > 0) {
      fail(Refusals.circuitOpen(agent, opens));
      return Turn.GONE;
    }
    return tries.isEmpty() ? Turn.NONE_FREE : Turn.WAITS;
  }

  private boolean takeTool(AgentView agent) {
    String own = tool;
    int limit = ToolPlaces.limit(agent.manifest(), own);
    if (own == null || limit == 0) {
      return true;
    }
    toolTaken = agentLane.tools().take(own, limit);
    return toolTaken;
  }

  private void giveTool() {
    if (toolTaken && tool != null) {
      toolTaken = false;
      agentLane.tools().give(tool);
    }
  }

  @Override
  void freed() {
    giveTool();
    lane.freed(head.agentKey());
  }

  @Override
  void giveUp() {
    over = true;
    leaveQueue();
    if (pause != 0) {
      lane.cancel(pause);
      pause = 0;
    }
  }

  private void leaveQueue() {
    Ticket left = ticket;
    if (left != null) {
      ticket = null;
      tries.waited(lane.now());
      lane.waiting().leave(left);
    }
  }

  private void fail(Problem problem) {
    giveUp();
    foundNone(problem);
    if (problem.code() == ProblemCode.QUEUE_FULL) {
      lane.shedder().queueWasFull(head.request(), head.connection());
    }
  }
}
