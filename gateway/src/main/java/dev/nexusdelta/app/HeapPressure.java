package dev.nexusdelta.app;

import java.lang.management.ManagementFactory;
import java.lang.management.MemoryPoolMXBean;
import java.lang.management.MemoryType;
import java.lang.management.MemoryUsage;

/**
 * How short of memory this process is, as the part of new calls that had better be refused. Judged
 * by what the last collection of the old generation left over: before one, garbage looks like need.
 */
final class HeapPressure {
  /** From here on calls are refused, more with each percent. */
  private static final double FROM = 0.92;

  private static final double SPAN = 0.06;

  /** Some are always taken: without allocations no collection would ever tell that it is over. */
  private static final double MOST = 0.9;

  private HeapPressure() {}

  /** As of now. */
  static double now() {
    double fullest = 0;
    for (MemoryPoolMXBean pool : ManagementFactory.getMemoryPoolMXBeans()) {
      boolean young = pool.getName().contains("Eden") || pool.getName().contains("Survivor");
      MemoryUsage left = pool.getType() == MemoryType.HEAP ? pool.getCollectionUsage() : null;
      if (!young && left != null && left.getMax() > 0) {
        fullest = Math.max(fullest, (double) left.getUsed() / left.getMax());
      }
    }
    return of(fullest);
  }

  /** Of an old generation that is so full. */
  static double of(double full) {
    return full < FROM ? 0 : Math.min(MOST, Math.max(0.1, (full - FROM) / SPAN));
  }
}
