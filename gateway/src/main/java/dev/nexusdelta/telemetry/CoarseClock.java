package dev.nexusdelta.telemetry;

import io.micrometer.core.instrument.Clock;

/**
 * Micrometer's clock, read now and then instead of several times for each call: all that its wall
 * time decides is when the window of a maximum moves on, once in tens of seconds. Thread-safe.
 */
final class CoarseClock implements Clock {
  private volatile long wallTime = SYSTEM.wallTime();

  /** Reads it; to be called every few seconds. */
  void tick() {
    wallTime = SYSTEM.wallTime();
  }

  @Override
  public long wallTime() {
    return wallTime;
  }

  @Override
  public long monotonicTime() {
    return SYSTEM.monotonicTime();
  }
}
