package dev.nexusdelta.fleet;

import dev.nexusdelta.manifest.AgentName;
import java.util.List;

/** How the fleet is seen by who places replicas in the cluster. Thread-safe. */
public interface PlacingControl {
  /** All agents, as last published; those that are deleted and end too. */
  List<Placed> placed();

  /**
   * So many replicas run in the cluster of an agent whose number follows its load, and nobody has
   * decided yet: that is what is wanted until the load says otherwise. Starts and ends nothing.
   */
  void adopt(AgentName agent, int total);

  /** Calls {@code listener}, on the fleet's context, after each look at agents that changed. */
  void onLook(Runnable listener);
}
