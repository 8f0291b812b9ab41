package dev.nexusdelta.app;

import dev.nexusdelta.app.handover.ReusedPort;
import dev.nexusdelta.proxy.ProxyServer;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * How callers go elsewhere before a gateway ends: nothing is refused that came before they could
 * know. Its methods block; one thread at a time.
 */
final class Farewell {
  private static final Logger log = LoggerFactory.getLogger(Farewell.class);

  /** At most that long, to a successor: a little more than the usual {@code limits.timeout}. */
  static final Duration LONGEST = Duration.ofSeconds(35);

  /** Below the ten seconds after which a container engine loses patience. */
  private static final Duration DRAIN = Duration.ofSeconds(8);

  /** Balancers that ask more rarely lose what they send afterwards. */
  private static final Duration NOTICE = Duration.ofSeconds(3);

  /** Longer than a handshake takes that was begun before others were known to serve. */
  private static final Duration HANDSHAKES = Duration.ofMillis(300);

  private static final Duration AT_ONCE = Duration.ofMillis(1);

  private final ProxyServer proxy;
  private final Standing standing;
  private final Supplier<List<Integer>> ports;
  private final LongSupplier nanos;
  private long spent;

  /**
   * A farewell.
   *
   * @param ports that are listened on
   */
  Farewell(
      ProxyServer proxy, Standing standing, Supplier<List<Integer>> ports, LongSupplier nanos) {
    this.proxy = proxy;
    this.standing = standing;
    this.ports = ports;
    this.nanos = nanos;
  }

  /** A successor has the port: serves what comes here all the same, until nobody is left. */
  void toSuccessor() {
    long begun = nanos.getAsLong();
    proxy.leave();
    // New connections go to the successor, those under way to this one still arrive.
    await(begun, HANDSHAKES, () -> false);
    await(begun, DRAIN.dividedBy(2), this::isQueueEmpty);
    proxy.closeDoors();
    await(begun, DRAIN, () -> proxy.connections() == 0 && proxy.calls() == 0);
    // Kept connections without a call may end now; calls have the time that they usually may take.
    await(begun, LONGEST, () -> proxy.calls() == 0);
    log.info("leaving with {} connections open", proxy.connections());
    spent = DRAIN.toNanos();
  }

  /**
   * Nobody has the port: what balancers send until they have been told that this gateway is not
   * ready any more is served. Returns at once if none has asked lately.
   */
  void toBalancers() {
    if (!standing.probes().watched()) {
      return;
    }
    long begun = nanos.getAsLong();
    proxy.leave();
    await(begun, NOTICE, standing.probes()::know);
    long told = nanos.getAsLong();
    await(told, HANDSHAKES, () -> false);
    await(told, NOTICE, this::isQueueEmpty);
    proxy.closeDoors();
    spent = nanos.getAsLong() - begun;
  }

  /** How long calls that are under way after that may still take. */
  Duration rest() {
    Duration rest = DRAIN.minusNanos(spent);
    return rest.compareTo(AT_ONCE) < 0 ? AT_ONCE : rest;
  }

  private boolean isQueueEmpty() {
    return ports.get().stream().allMatch(port -> ReusedPort.queued(port) == 0);
  }

  private void await(long begun, Duration atMost, BooleanSupplier condition) {
    while (!condition.getAsBoolean() && nanos.getAsLong() - begun < atMost.toNanos()) {
      LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(20));
    }
  }
}
