package dev.nexusdelta.placement;

import io.vertx.core.Future;
import java.util.Set;

/**
 * Gateways on whose hosts nothing is to run: operators' wishes, which outlive leaders, the
 * gateways' lives, and the end of all of them. Thread-safe.
 */
public interface Drains {
  /** Names of the gateways to be drained, as far as is known here; never changes once given. */
  Set<String> draining();

  /**
   * Whether nothing is to run on that gateway's host.
   *
   * @return succeeds once the wish is on the disks of a majority, and fails where there is none
   */
  Future<Void> drain(String gateway, boolean drain);

  /** Calls {@code changed} after each change, on no particular thread. */
  void watch(Runnable changed);
}
