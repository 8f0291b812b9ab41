package dev.nexusdelta.health;

import java.util.Arrays;
import java.util.concurrent.TimeUnit;
import java.util.function.IntUnaryOperator;

/**
 * How long one replica took lately to the heads of its answers: counts in buckets of a quarter of a
 * power of two, of which each look forgets a part, so that about the last four looks count. To the
 * head and not to the last byte: how fast a caller reads says nothing about a replica. One thread.
 */
public final class Latencies {
  /** From 65 µs to 69 s. */
  public static final int BUCKETS = 80;

  private static final int FIRST_OCTAVE = 16;
  private static final double KEPT = 0.75;

  /** Of what was counted before nothing came any more. */
  private static final double KEPT_IN_STALL = 0.25;

  private final double[] recent = new double[BUCKETS];
  private final int[] seen = new int[BUCKETS];
  private long stalledNanos;

  /** The bucket of a duration. */
  public static int bucket(long nanos) {
    long least = Math.max(nanos, 1L << FIRST_OCTAVE);
    int octave = 63 - Long.numberOfLeadingZeros(least);
    int quarter = (int) (least >>> (octave - 2)) & 3;
    return Math.min((octave - FIRST_OCTAVE) * 4 + quarter, BUCKETS - 1);
  }

  /** The middle of a bucket. */
  static long nanos(int bucket) {
    long octave = 1L << (FIRST_OCTAVE + bucket / 4);
    return octave + octave * (2 * (bucket % 4) + 1) / 8;
  }

  /**
   * Takes up what was counted since the last look.
   *
   * @param totals per bucket, ever growing (and allowed to overflow)
   * @param unanswered calls that wait for their head now
   * @param sinceNanos time since the last look
   * @return calls answered since
   */
  public int look(IntUnaryOperator totals, int unanswered, long sinceNanos) {
    int answered = 0;
    for (int i = 0; i < BUCKETS; i++) {
      answered += totals.applyAsInt(i) - seen[i];
    }
    stalledNanos = answered == 0 && unanswered > 0 ? stalledNanos + sinceNanos : 0;
    double kept = stalledNanos > 0 ? KEPT_IN_STALL : KEPT;
    for (int i = 0; i < BUCKETS; i++) {
      int total = totals.applyAsInt(i);
      recent[i] = recent[i] * kept + (total - seen[i]);
      seen[i] = total;
    }
    return answered;
  }

  /** Forgets all, as after a break that was long enough to change everything. */
  public void forget() {
    Arrays.fill(recent, 0);
    stalledNanos = 0;
  }

  /**
   * What is known now. Calls that have waited for as long as nothing was answered count with that
   * time: a replica that answers nothing at all would look fast otherwise.
   */
  public Speed speed(int unanswered) {
    int waiting = stalledNanos > 0 ? unanswered : 0;
    double samples = waiting;
    for (double count : recent) {
      samples += count;
    }
    return new Speed(
        samples, quantile(0.5, samples, waiting), quantile(0.9, samples, waiting), stalledNanos);
  }

  private long quantile(double part, double samples, int waiting) {
    double rank = part * samples;
    int stall = waiting > 0 ? bucket(stalledNanos) : -1;
    double below = 0;
    for (int i = 0; i < BUCKETS; i++) {
      below += recent[i] + (i == stall ? waiting : 0);
      if (below > 0 && below >= rank) {
        return nanos(i);
      }
    }
    return 0;
  }

  /**
   * How fast a replica is.
   *
   * @param samples calls that this is known from, the older ones in part
   * @param p50 half of them took at most this long, in nanoseconds
   * @param p90 nine of ten did
   * @param stalledNanos for how long nothing was answered although calls wait
   */
  public record Speed(double samples, long p50, long p90, long stalledNanos) {
    /** Times as people read them. */
    static String text(long nanos) {
      long millis = TimeUnit.NANOSECONDS.toMillis(nanos);
      return millis < 1_000 ? millis + " ms" : millis / 1_000 + "." + millis % 1_000 / 100 + " s";
    }
  }
}
