package dev.nexusdelta.agent.log;

/**
 * Prints UTC time without java.time's formatters, whose classes a starting agent would load for its
 * first line alone.
 */
final class Timestamp {
  private static final long DAY = 86_400_000L;

  private Timestamp() {}

  static void append(StringBuilder out, long millis) {
    long day = Math.floorDiv(millis, DAY);
    int rest = (int) Math.floorMod(millis, DAY);
    // Days since 0000-03-01, so that leap days end a year; 146,097 days are 400 years.
    long shifted = day + 719_468;
    long era = Math.floorDiv(shifted, 146_097);
    long ofEra = Math.floorMod(shifted, 146_097);
    long year = (ofEra - ofEra / 1460 + ofEra / 36_524 - ofEra / 146_096) / 365;
    long ofYear = ofEra - (365 * year + year / 4 - year / 100);
    long month = (5 * ofYear + 2) / 153;
    int dayOfMonth = (int) (ofYear - (153 * month + 2) / 5 + 1);
    int realMonth = (int) (month < 10 ? month + 3 : month - 9);
    long realYear = year + era * 400 + (realMonth <= 2 ? 1 : 0);
    digits(out, realYear, 4).append('-');
    digits(out, realMonth, 2).append('-');
    digits(out, dayOfMonth, 2).append('T');
    digits(out, rest / 3_600_000, 2).append(':');
    digits(out, rest / 60_000 % 60, 2).append(':');
    digits(out, rest / 1000 % 60, 2).append('.');
    digits(out, rest % 1000, 3).append('Z');
  }

  private static StringBuilder digits(StringBuilder out, long value, int width) {
    String text = Long.toString(value);
    return out.append("0".repeat(Math.max(0, width - text.length()))).append(text);
  }
}
