package dev.nexusdelta.proxy;

import dev.nexusdelta.fleet.AgentView;
import dev.nexusdelta.fleet.Lease;
import dev.nexusdelta.fleet.Replica;
import dev.nexusdelta.hop.Hop;
import org.jspecify.annotations.Nullable;

/**
 * The place of a call that another gateway passes on: on the replica that it names, which must be
 * one of this gateway's own, and at once. There is no queue for such calls here: they wait where
 * they came in, where other replicas may be free sooner. Stays on one event loop.
 */
final class NamedPlace extends PlaceSearch {
  private final Lane lane;
  private final CallHead head;
  private final Hop hop;
  private final ToolPlaces tools;
  private @Nullable String tool;
  private boolean toolTaken;

  NamedPlace(Lane lane, CallHead head, Hop hop, AgentLane agentLane, Listener listener) {
    super(listener);
    this.lane = lane;
    this.head = head;
    this.hop = hop;
    this.tools = agentLane.tools();
  }

  @Override
  void of(@Nullable String toolName, long until) {
    tool = toolName;
  }

  @Override
  boolean isWaiting() {
    return false;
  }

  @Override
  void seek() {
    AgentView agent = lane.fleet().view().agent(head.agentKey());
    Replica replica = agent == null ? null : named(agent);
    if (agent == null || replica == null) {
      foundNone(Refusals.replicaGone(hop.replica(), "it takes no calls here"));
      return;
    }
    int limit = ToolPlaces.limit(agent.manifest(), tool);
    toolTaken = tool != null && limit > 0 && tools.take(tool, limit);
    Lease lease = tool == null || limit == 0 || toolTaken ? replica.tryLease() : null;
    if (lease != null) {
      found(lease, lane.now());
      return;
    }
    giveTool();
    foundNone(
        replica.circuit().state().equals("closed")
            ? Refusals.replicaBusy(hop.replica())
            : Refusals.replicaGone(hop.replica(), "its circuit is open"));
  }

  private @Nullable Replica named(AgentView agent) {
    for (Replica replica : agent.routable()) {
      if (replica.id().equals(hop.replica())) {
        return replica;
      }
    }
    return null;
  }

  /** It has one chance. */
  @Override
  void seekAfter(long nanos) {
    seek();
  }

  @Override
  void freed() {
    giveTool();
    lane.freed(head.agentKey());
  }

  private void giveTool() {
    if (toolTaken && tool != null) {
      toolTaken = false;
      tools.give(tool);
    }
  }

  @Override
  void giveUp() {
    // It waits for nothing.
  }
}
