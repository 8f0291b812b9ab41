package dev.nexusdelta.agent.shape;

/** Words for a lower and an upper limit. */
final class Limit {
  private Limit() {}

  static String words(int min, int max, String noun) {
    String plural = plural(noun);
    if (min == max) {
      return "exactly " + count(min, noun);
    }
    if (max == Integer.MAX_VALUE) {
      return "at least " + count(min, noun);
    }
    return min == 0 ? "at most " + count(max, noun) : "from " + min + " to " + max + " " + plural;
  }

  static String words(double min, double max) {
    if (max == Double.POSITIVE_INFINITY) {
      return "at least " + number(min);
    }
    if (min == Double.NEGATIVE_INFINITY) {
      return "at most " + number(max);
    }
    return "from " + number(min) + " to " + number(max);
  }

  private static String plural(String noun) {
    return noun.endsWith("y") ? noun.substring(0, noun.length() - 1) + "ies" : noun + "s";
  }

  private static String count(int n, String noun) {
    return n + " " + (n == 1 ? noun : plural(noun));
  }

  private static String number(double value) {
    return value == Math.rint(value) && Math.abs(value) < 1e15
        ? Long.toString((long) value)
        : Double.toString(value);
  }
}
