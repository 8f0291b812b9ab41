package dev.nexusdelta.quota;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Which part of one key this gateway has, among those of its cohort. Begins with an equal part; it
 * becomes less by what this gateway gives and more by what others say they have given it. What is
 * given is counted from the beginning and told again and again: a lost word, or one that comes
 * twice or too late, changes nothing (a bounded counter: Balegas et al., Extending Eventually
 * Consistent Cloud Databases for Enforcing Numeric Invariants, 2015). Not thread-safe.
 */
final class KeyShare {
  /** All that the key allows. */
  static final long WHOLE = 1_000_000_000;

  /** Less than this is not worth a word. */
  private static final long LEAST_GIFT = WHOLE / 100;

  /** Of the newest interval in what is wanted: about the last second counts. */
  private static final double NEWEST = 0.2;

  /** As often is told what does not change any more, so that nobody misses it. */
  private static final int REPEATS = 20;

  private final long equal;
  private final Map<String, Long> given = new TreeMap<>();
  private final Map<String, Heard> heard = new HashMap<>();
  private double wanted;
  private int quiet;

  /** What another gateway has said last, and has given to this one. */
  private record Heard(long sequence, long wanted, long share, long got) {}

  /**
   * Begins with that part.
   *
   * @param equal everybody's, in billionths
   */
  KeyShare(long equal) {
    this.equal = equal;
  }

  /** In billionths. */
  long share() {
    long sum = equal;
    for (Heard each : heard.values()) {
      sum += each.got();
    }
    for (long gift : given.values()) {
      sum -= gift;
    }
    return sum;
  }

  /**
   * Another gateway says that; older words than those heard only count where they tell of gifts.
   */
  void hear(String from, String self, long sequence, QuotaReport.Line line) {
    Heard before = heard.getOrDefault(from, new Heard(-1, 0, equal, 0));
    long got = Math.max(before.got(), line.given().getOrDefault(self, 0L));
    heard.put(
        from,
        sequence > before.sequence()
            ? new Heard(sequence, line.wanted(), line.share(), got)
            : new Heard(before.sequence(), before.wanted(), before.share(), got));
    if (got > before.got()) {
      quiet = 0;
    }
  }

  /**
   * So much was asked for in the last interval; gives what others need more.
   *
   * @param demand 1 = all that the key allows
   * @param wasShort whether somebody was refused
   */
  void turn(double demand, boolean wasShort, List<String> others) {
    double smooth = wanted + NEWEST * (demand - wanted);
    wanted = wasShort ? Math.max(smooth, demand) : smooth < 1e-4 ? 0 : smooth;
    quiet = demand > 0 ? 0 : Math.min(REPEATS, quiet + 1);
    give(others);
  }

  private void give(List<String> others) {
    int count = others.size() + 1;
    double[] wants = new double[count];
    double[] shares = new double[count];
    wants[0] = wanted;
    shares[0] = share();
    for (int i = 1; i < count; i++) {
      Heard each = heard.get(others.get(i - 1));
      wants[i] = each == null ? 0 : each.wanted() / (double) WHOLE;
      shares[i] = each == null ? equal : each.share();
    }
    double[] fair = FairShares.of(wants, (double) equal * count / WHOLE);
    double mine = shares[0] - fair[0] * WHOLE;
    if (mine < LEAST_GIFT) {
      return;
    }
    double spare = mine;
    double missing = 0;
    for (int i = 1; i < count; i++) {
      double lack = fair[i] * WHOLE - shares[i];
      missing += Math.max(0, lack);
      spare += Math.max(0, -lack);
    }
    // Whoever has too much gives its part of it.
    double part = missing <= 0 ? 0 : Math.min(1, missing / spare) * mine / missing;
    for (int i = 1; i < count; i++) {
      long gift = (long) (Math.max(0, fair[i] * WHOLE - shares[i]) * part);
      if (gift > 0) {
        given.merge(others.get(i - 1), gift, Long::sum);
        quiet = 0;
      }
    }
  }

  /** Whether nothing has happened for so long that the others know all of it. */
  boolean isSettled() {
    return quiet >= REPEATS && wanted == 0;
  }

  QuotaReport.Line line() {
    return new QuotaReport.Line(Math.round(Math.min(10, wanted) * WHOLE), share(), given);
  }
}
