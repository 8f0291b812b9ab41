package dev.nexusdelta.health;

import dev.nexusdelta.health.Latencies.Speed;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * Decides which replica treats its calls so much worse than its peers that it should get none for a
 * while. Pure.
 *
 * <p>What this is for, beside its neighbours: probes find replicas that are dead or say that they
 * are not ready; a circuit finds one that fails every second call, and keeps all calls from it even
 * if it is the last; this finds one that is worse than the others, whatever it says of itself, and
 * never takes out so many that the rest could not bear the load.
 */
public final class Outliers {
  /** Failed calls without a good one between them. */
  public static final int FAILURES_IN_A_ROW = 5;

  /** How many times longer than its peers' calls a slow replica's take. */
  static final int SLOWER = 3;

  /** What must lie between them besides: nobody suffers from 3 ms instead of 1 ms. */
  static final long FLOOR_NANOS = TimeUnit.MILLISECONDS.toNanos(50);

  /** Fewer calls say nothing. */
  static final int SAMPLES = 20;

  /** Of a replica that gets few calls because it is slow, these are enough. */
  public static final int SPARED_SAMPLES = 3;

  /** How many times as many calls its peers then get. */
  static final int SPARED = 5;

  /** A replica is slow if it was found so by this many looks in a row. */
  public static final int LOOKS = 2;

  /** How long one is treated as an outlier that cannot be ejected. */
  public static final Duration LIGHT = Duration.ofSeconds(10);

  private static final Duration FIRST = Duration.ofSeconds(5);
  private static final Duration LONGEST = Duration.ofSeconds(60);

  private Outliers() {}

  /** Whether one more of so many may be ejected: a third at most, so of one or two none. */
  public static boolean mayEject(int replicas, int ejected) {
    return (ejected + 1) * 3 <= replicas;
  }

  /** Whether so few are left that the ejected ones are better than none. */
  public static boolean tooFew(int replicas, int left) {
    return left * 2 < replicas;
  }

  /**
   * For how long: 5, 10, 20, 40, then 60 s.
   *
   * @param before ejections of this replica that are not forgotten
   */
  public static Duration hold(int before) {
    Duration hold = FIRST.multipliedBy(1L << Math.min(before, 10));
    return hold.compareTo(LONGEST) > 0 ? LONGEST : hold;
  }

  /** The reason of an ejection for failures. */
  public static String failing(String last) {
    return FAILURES_IN_A_ROW + " calls in a row failed, the last: " + last;
  }

  /**
   * Whether a replica is slow. Both the middle and the slow end of its calls must be: one of them
   * alone may come from which tools happened to be called.
   *
   * @param peers the others that are in use
   * @return the reason, if it is
   */
  public static Optional<String> slow(Speed own, List<Speed> peers) {
    if (own.samples() < SAMPLES && !isSpared(own, peers)) {
      return Optional.empty();
    }
    long[] p50 = known(peers).mapToLong(Speed::p50).sorted().toArray();
    long[] p90 = known(peers).mapToLong(Speed::p90).sorted().toArray();
    if (p50.length == 0) {
      return Optional.empty();
    }
    // The lower middle: of two peers the faster one is the measure.
    long usual = p50[(p50.length - 1) / 2];
    long usualEnd = p90[(p90.length - 1) / 2];
    boolean slow =
        own.p50() > SLOWER * usual
            && own.p90() > SLOWER * usualEnd
            && own.p50() - usual > FLOOR_NANOS;
    if (!slow) {
      return Optional.empty();
    }
    return Optional.of(
        own.stalledNanos() > 0
            ? "slow: no answer for "
                + Speed.text(own.stalledNanos())
                + " while its peers answer within "
                + Speed.text(usual)
            : "slow: every second call takes "
                + Speed.text(own.p50())
                + " or more, on its peers "
                + Speed.text(usual));
  }

  /**
   * Whether it got so few calls beside its peers that a policy spares it already: then they say
   * enough, for more will not come.
   */
  private static boolean isSpared(Speed own, List<Speed> peers) {
    return own.samples() >= SPARED_SAMPLES
        && known(peers).findAny().isPresent()
        && known(peers).allMatch(peer -> peer.samples() >= SPARED * own.samples());
  }

  private static Stream<Speed> known(List<Speed> peers) {
    return peers.stream().filter(peer -> peer.samples() >= SAMPLES && peer.stalledNanos() == 0);
  }
}
