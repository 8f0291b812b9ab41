package dev.nexusdelta.load;

import io.vertx.core.Future;
import java.util.Set;
import java.util.function.Consumer;

/** Carries reports from every gateway to every gateway, this one included. Thread-safe. */
public interface LoadChannel {
  /** Sends a report to all; a lost one is not repeated. */
  Future<Void> send(LoadReport report);

  /**
   * Hears reports of all gateways from now on, on the channel's own thread.
   *
   * @param reports gets each report, this gateway's own too
   * @param present gets the names of the gateways that are there, after one has left
   */
  void receive(Consumer<LoadReport> reports, Consumer<Set<String>> present);
}
