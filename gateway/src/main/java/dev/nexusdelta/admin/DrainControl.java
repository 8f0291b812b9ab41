package dev.nexusdelta.admin;

import io.vertx.core.Future;
import java.util.Set;

/** How operators empty the host of a gateway in the cluster. Thread-safe. */
public interface DrainControl {
  /** Names of the gateways there are, and of those drained; empty where this one is alone. */
  Set<String> gateways();

  /** Names of the gateways on whose hosts nothing is to run. */
  Set<String> draining();

  /**
   * Has nothing run on that gateway's host, or lets it take replicas again; holds until it is
   * undone. Completes once the cluster knows.
   */
  Future<Void> drain(String gateway, boolean drain);
}
