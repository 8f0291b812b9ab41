package dev.nexusdelta.host.supervision;

import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * What a replica became when it was started.
 *
 * @param handle what its engine knows it by
 * @param address where the gateway reaches it
 * @param port there
 * @param pid of the process; empty in containers
 * @param containerId empty for processes
 * @param phases what its start took, in their order; empty where the engine does not tell
 */
public record Running<H>(
    H handle,
    String address,
    int port,
    OptionalLong pid,
    Optional<String> containerId,
    Map<String, Duration> phases) {
  /** Of whose start nothing is known. */
  public Running(
      H handle, String address, int port, OptionalLong pid, Optional<String> containerId) {
    this(handle, address, port, pid, containerId, Map.of());
  }

  /** For logs. */
  @Override
  public String toString() {
    return handle + " at " + address + ":" + port;
  }
}
