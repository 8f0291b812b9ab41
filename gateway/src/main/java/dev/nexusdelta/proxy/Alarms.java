package dev.nexusdelta.proxy;

import io.vertx.core.Vertx;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Alarms of the calls of one event loop, on one timer for all: setting and stopping one moves two
 * references, where a timer of its own costs more than the choice of a replica. They ring up to
 * {@link #TICK_MILLIS} late and a little more on a busy loop, never early. Without alarms there is
 * no timer. Belongs to its event loop.
 */
final class Alarms {
  static final long TICK_MILLIS = 10;

  private static final long TICK = TimeUnit.MILLISECONDS.toNanos(TICK_MILLIS);

  /** Of 10 ms each: an alarm of a minute is passed over a dozen times. */
  private static final int SLOTS = 512;

  private final Vertx vertx;
  private final LongSupplier nanos;
  private final Alarm[] slots = new Alarm[SLOTS];
  private long tick;
  private long timer = -1;
  private int set;

  Alarms(Vertx vertx, LongSupplier nanos) {
    this.vertx = vertx;
    this.nanos = nanos;
    for (int i = 0; i < SLOTS; i++) {
      slots[i] = new Alarm(() -> {});
    }
  }

  /** One alarm; it may be set again after it rang or was stopped. */
  static final class Alarm {
    private final Runnable action;
    private Alarm before = this;
    private Alarm after = this;
    private long atNanos;

    Alarm(Runnable action) {
      this.action = action;
    }

    private boolean isSet() {
      return after != this;
    }

    private void unlink() {
      before.after = after;
      after.before = before;
      before = this;
      after = this;
    }
  }

  /**
   * Sets an alarm, in place of the time it was set to.
   *
   * @param atNanos monotonic
   */
  void set(Alarm alarm, long atNanos) {
    stop(alarm);
    if (timer < 0) {
      tick = nanos.getAsLong() / TICK;
      timer = vertx.setPeriodic(TICK_MILLIS, id -> tick());
    }
    alarm.atNanos = atNanos;
    // The slot that is visited after its time; one that has passed is rung at the next tick.
    Alarm slot = slots[slot(Math.max(tick, atNanos / TICK) + 1)];
    alarm.before = slot.before;
    alarm.after = slot;
    slot.before.after = alarm;
    slot.before = alarm;
    set++;
  }

  /** It rings no more; harmless if it was not set. */
  void stop(@Nullable Alarm alarm) {
    if (alarm != null && alarm.isSet()) {
      alarm.unlink();
      set--;
    }
  }

  /** Ends the timer. */
  void close() {
    vertx.cancelTimer(timer);
  }

  /** Rings what is due; called by the timer. */
  void tick() {
    if (set == 0 && timer >= 0) {
      vertx.cancelTimer(timer);
      timer = -1;
      return;
    }
    long now = nanos.getAsLong();
    long last = now / TICK;
    // No slot more than once, however long the loop was busy with other things.
    for (long i = Math.max(tick + 1, last - SLOTS + 1); i <= last; i++) {
      tick = i;
      ring(slots[slot(i)], now);
    }
  }

  /** Alarms may be set and stopped by those that ring. */
  private void ring(Alarm slot, long now) {
    boolean rung = true;
    while (rung) {
      rung = false;
      for (Alarm alarm = slot.after; alarm != slot && !rung; alarm = alarm.after) {
        if (alarm.atNanos - now <= 0) {
          stop(alarm);
          alarm.action.run();
          rung = true;
        }
      }
    }
  }

  private static int slot(long tick) {
    return Math.floorMod(tick, SLOTS);
  }
}
