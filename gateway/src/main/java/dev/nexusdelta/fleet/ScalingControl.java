package dev.nexusdelta.fleet;

import dev.nexusdelta.manifest.AgentName;
import java.util.List;
import java.util.function.Consumer;

/** How the autoscaler sees and moves the fleet. Thread-safe. */
public interface ScalingControl {
  /** The present of all agents that are not deleted, as last published. */
  List<ScalingFacts> scaling();

  /**
   * Wants so many replicas from now on, as the load calls for them. Not stored; without effect
   * where the number is pinned, the agent is stopped or runs elsewhere, or says nothing of scaling.
   *
   * @param reason one line for people, which stands in the event
   */
  void scaleByLoad(AgentName agent, int replicas, String reason);

  /** Calls {@code listener}, on any thread, when calls wait for a replica of an agent. */
  void onDemand(Consumer<AgentName> listener);
}
