package dev.nexusdelta.cli.shell;

import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/** Waits for what nobody announces. */
public final class Waiting {
  private Waiting() {}

  /**
   * Looks again and again until {@code holds} or the time is up.
   *
   * @return whether it holds; false too when the thread is interrupted
   */
  public static boolean until(BooleanSupplier holds, Duration atMost, Duration between) {
    long end = System.nanoTime() + atMost.toNanos();
    while (!holds.getAsBoolean()) {
      if (System.nanoTime() >= end || Thread.currentThread().isInterrupted()) {
        return false;
      }
      pause(between);
    }
    return true;
  }

  /** Does nothing for a while. */
  public static void pause(Duration time) {
    LockSupport.parkNanos(time.toNanos());
  }
}
