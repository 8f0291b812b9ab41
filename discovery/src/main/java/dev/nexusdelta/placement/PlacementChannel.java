package dev.nexusdelta.placement;

import io.vertx.core.Future;
import java.util.Map;

/**
 * What gateways tell each other of their hosts, and the leader of where replicas run. Thread-safe.
 */
public interface PlacementChannel {
  /** Tells all of this gateway's host, in place of what was told before; gone when it leaves. */
  Future<Void> report(HostReport report);

  /** Publishes what a leader has decided, in place of what was published before of the agent. */
  Future<Void> assign(Assignment assignment);

  /** Takes back what was published of an agent, as it is deleted. */
  Future<Void> forget(String agent);

  /**
   * Hears everything from now on: all there is as soon as the channel is open, then each change; on
   * no particular thread. One listener at a time.
   */
  void listen(Listener listener);

  /** Has all there is told again, should anything have been missed. */
  void refresh();

  /** What is heard. Something may be told twice, or late: compare before taking it up. */
  interface Listener {
    /** All there is: what is not in here is not there any more. */
    void all(Map<String, HostReport> hosts, Map<String, Assignment> assignments);

    /** A host has reported. */
    void reported(HostReport report);

    /** That gateway has left, and what its host had reported is void. */
    void left(String gateway);

    /** A leader has decided. */
    void assigned(Assignment assignment);

    /** What was decided of the agent is void, as it is deleted. */
    void forgotten(String agent);
  }
}
