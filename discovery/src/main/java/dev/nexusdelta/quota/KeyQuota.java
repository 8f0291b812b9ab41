package dev.nexusdelta.quota;

import dev.nexusdelta.keys.CallRate;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;

/**
 * How often one key may be used here: the Generic Cell Rate Algorithm (ITU-T I.371, annex A.1, in
 * its form of virtual scheduling), which is a token bucket in one number. Thread-safe: all event
 * loops share one atomic, without a lock and without an object for each use but the answer.
 *
 * <p>Time passes here as slowly as this gateway's share of the key is small. A use takes one
 * interval, which is the time between two uses at the full rate; what is not taken waits in the
 * bucket, as much as its room is. So in any span of {@code s} at most {@code room + share * rate *
 * s} uses are admitted. Alone a gateway has the whole share, and as room {@link #burst} uses. Of
 * several each has room for one use at least, and all together for {@code burst}, or for one each
 * if that is more.
 */
public final class KeyQuota {
  /** Of the units in which time is counted here: fine enough for 999,999,999 uses a second. */
  private static final double UNITS_PER_NANO = 1024;

  /** A line is begun anew before its numbers become too large. */
  private static final long LONGEST_LINE = TimeUnit.HOURS.toNanos(1);

  private final CallRate rate;
  private final long interval;
  private final AtomicLong taken;
  private final LongAdder asked = new LongAdder();
  private final LongAdder refused = new LongAdder();
  private volatile Line line;

  /**
   * How this gateway's time passes.
   *
   * @param from monotonic
   * @param position at that moment
   * @param room of the bucket
   * @param fair the share that everybody has, or this one's if that is larger
   */
  private record Line(long from, long position, double share, double fair, long room) {
    long at(long nowNanos) {
      return position + (long) (Math.max(0, nowNanos - from) * share * UNITS_PER_NANO);
    }

    Line from(long nowNanos) {
      return new Line(nowNanos, at(nowNanos), share, fair, room);
    }
  }

  /**
   * A full bucket.
   *
   * @param share this gateway's, from 0 to 1
   * @param gateways among which the key is shared, 1 = this one alone
   */
  KeyQuota(CallRate rate, double share, int gateways, long nowNanos) {
    this.rate = rate;
    this.interval = Math.max(1, Math.round(rate.per().toNanos() * UNITS_PER_NANO / rate.calls()));
    Line first = line(nowNanos, 0, share, gateways);
    this.line = first;
    this.taken = new AtomicLong(-first.room());
  }

  private Line line(long nowNanos, long position, double share, int gateways) {
    long most = burst(rate);
    double calls = most <= gateways ? 1 : 1 + share * (most - gateways);
    double fair = Math.max(share, 1.0 / gateways);
    return new Line(nowNanos, position, share, fair, (long) (calls * interval));
  }

  /**
   * Uses that may come at once after a while without any: those of one second where the rate is one
   * of seconds, else a tenth of it, so that calls of an hour need not come one by one.
   */
  public static long burst(CallRate rate) {
    return rate.per().equals(Duration.ofSeconds(1)) ? rate.calls() : Math.max(1, rate.calls() / 10);
  }

  /** What the key may do. */
  public CallRate rate() {
    return rate;
  }

  /** Uses the key once, if it may be used now. */
  public Admission take(long nowNanos) {
    asked.increment();
    Line current = line;
    if (nowNanos - current.from() > LONGEST_LINE) {
      current = anew(nowNanos);
    }
    long now = current.at(nowNanos);
    long oldest = now - current.room();
    while (true) {
      long before = taken.get();
      // By difference: positions may overflow.
      long begin = before - oldest < 0 ? oldest : before;
      long left = now - begin - interval;
      if (left < 0) {
        refused.increment();
        return answer(current, false, left, now - begin);
      }
      if (taken.compareAndSet(before, begin + interval)) {
        return answer(current, true, left, left);
      }
    }
  }

  private Admission answer(Line current, boolean isAdmitted, long missing, long there) {
    return new Admission(
        isAdmitted,
        rate,
        Math.max(0, there / interval),
        seconds(current.room() - there, current),
        (int) Math.min(Integer.MAX_VALUE, seconds(-missing, current)));
  }

  /** Another gateway that has more than it needs gives of it within a second. */
  private static long seconds(long units, Line current) {
    double nanos = units / (UNITS_PER_NANO * current.fair());
    return Math.max(1, (long) Math.ceil(nanos / 1e9));
  }

  /** From now on this gateway has that share; what the bucket holds beyond its room is lost. */
  synchronized void share(double share, int gateways, long nowNanos) {
    Line now = anew(nowNanos);
    line = line(now.from(), now.position(), share, gateways);
  }

  /** The same line, from now on. */
  private synchronized Line anew(long nowNanos) {
    Line current = line;
    Line next = nowNanos - current.from() > 0 ? current.from(nowNanos) : current;
    line = next;
    return next;
  }

  /**
   * How much was asked for since the last time.
   *
   * @param coveredNanos the time since then
   * @return as a part of the whole rate; 1 = all that it allows
   */
  double demand(long coveredNanos) {
    return asked.sumThenReset() * (double) interval / (Math.max(1, coveredNanos) * UNITS_PER_NANO);
  }

  /** Whether somebody was refused since the last time. */
  boolean wasShort() {
    return refused.sumThenReset() > 0;
  }
}
