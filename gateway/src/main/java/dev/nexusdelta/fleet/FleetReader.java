package dev.nexusdelta.fleet;

import dev.nexusdelta.manifest.AgentName;
import java.util.function.Consumer;

/** How the data plane reads the fleet. Thread-safe. */
public interface FleetReader {
  /** The present view; a volatile read. */
  FleetView view();

  /**
   * Calls {@code listener} with each new view until closed, on the Vert.x context of the caller (of
   * this method), or on the fleet's own if the caller has none.
   */
  Watch watch(Consumer<FleetView> listener);

  /**
   * A call waits for this agent and nothing is routable: whoever can bring a replica should hurry.
   * Cheap, may be repeated.
   */
  void demand(AgentName agent);

  /** A subscription. */
  interface Watch extends AutoCloseable {
    @Override
    void close();
  }
}
