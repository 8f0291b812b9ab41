package dev.nexusdelta.quota;

/**
 * Which part of a key each gateway should have: what it needs, where that is little; the rest in
 * equal parts (max-min fairness: Bertsekas and Gallager, Data Networks, 6.5.2). What nobody needs
 * is divided equally too, so that each has room for more. Pure.
 */
final class FairShares {
  /** Of all: so much everybody keeps, to notice the first callers by. */
  private static final double LEAST = 0.005;

  private FairShares() {}

  /**
   * The parts.
   *
   * @param wanted by each; 1 = all that the key allows
   * @param total to divide
   * @return one for each, together {@code total}
   */
  static double[] of(double[] wanted, double total) {
    int count = wanted.length;
    double least = Math.min(LEAST, total / count);
    double[] needs = new double[count];
    double sum = 0;
    for (int i = 0; i < count; i++) {
      needs[i] = Math.max(least, Math.min(total, wanted[i]));
      sum += needs[i];
    }
    double level = sum <= total ? Double.MAX_VALUE : level(needs, total);
    double spare = Math.max(0, total - sum) / count;
    double[] parts = new double[count];
    for (int i = 0; i < count; i++) {
      parts[i] = Math.min(needs[i], level) + spare;
    }
    return parts;
  }

  /** Up to which all needs are met, so that together they are {@code total}. */
  private static double level(double[] needs, double total) {
    double level = total / needs.length;
    // Each round fixes the needs below the level; there are no more rounds than needs.
    for (int round = 0; round < needs.length; round++) {
      double left = total;
      int open = 0;
      for (double need : needs) {
        if (need <= level) {
          left -= need;
        } else {
          open++;
        }
      }
      if (open == 0) {
        return level;
      }
      level = left / open;
    }
    return level;
  }
}
