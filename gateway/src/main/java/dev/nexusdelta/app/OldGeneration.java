package dev.nexusdelta.app;

import java.lang.management.ManagementFactory;
import java.lang.management.MemoryPoolMXBean;
import java.lang.management.MemoryType;
import java.lang.management.MemoryUsage;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The part of the heap for what lives long: how short of it this process is, and when to clear it.
 *
 * <p>The serial collector clears it only once the heap cannot grow any more; until then each
 * connection that lived for some seconds is kept as garbage and the process swells to its limit.
 *
 * @param used bytes, garbage among them
 * @param left bytes that the last collection of it left over; 0 before the first
 * @param most bytes that it can ever hold
 */
record OldGeneration(long used, long left, long most) {
  private static final Logger log = LoggerFactory.getLogger(OldGeneration.class);

  /** From here on calls are refused, more with each percent. */
  private static final double FROM = 0.92;

  private static final double SPAN = 0.06;

  /** Some are always taken: without allocations no collection would ever tell that it is over. */
  private static final double MOST = 0.9;

  /** A collection pauses all for a time that grows with what it leaves, so does this. */
  private static final long LEAST_GARBAGE = 20L << 20;

  /** As of now; empty with a collector that has none. */
  static Optional<OldGeneration> now() {
    for (MemoryPoolMXBean pool : ManagementFactory.getMemoryPoolMXBeans()) {
      boolean young = pool.getName().contains("Eden") || pool.getName().contains("Survivor");
      MemoryUsage left = pool.getType() == MemoryType.HEAP ? pool.getCollectionUsage() : null;
      if (!young && left != null && left.getMax() > 0) {
        return Optional.of(
            new OldGeneration(pool.getUsage().getUsed(), left.getUsed(), left.getMax()));
      }
    }
    return Optional.empty();
  }

  /**
   * The part of new calls that had better be refused. Judged by what the last collection left over:
   * before one, garbage looks like need.
   */
  double pressure() {
    double full = (double) left / most;
    return full < FROM ? 0 : Math.min(MOST, Math.max(0.1, (full - FROM) / SPAN));
  }

  /** Whether a collection is worth its pause: half as much as it left over has come since. */
  boolean isWorthCollecting() {
    return used - left >= Math.max(LEAST_GARBAGE, left / 2);
  }

  /** Collects the whole heap, if that is worth its pause. */
  void collectIfWorthIt() {
    if (isWorthCollecting()) {
      log.debug(
          "{} MiB of long-lived objects, {} MiB of them came since",
          used >> 20,
          (used - left) >> 20);
      System.gc();
    }
  }
}
