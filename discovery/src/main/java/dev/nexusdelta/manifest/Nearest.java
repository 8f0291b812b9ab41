package dev.nexusdelta.manifest;

import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * Finds what somebody probably meant: the known words nearest to an unknown one, by edit distance
 * without regard to case. Pure; for names, keys and verbs (at most 64 characters are compared, and
 * at most 1000 words of about the length wanted, for an unknown name must not hold up an event
 * loop).
 */
public final class Nearest {
  private static final int COMPARED = 64;
  private static final int WORDS = 1000;

  private Nearest() {}

  /** The nearest known word, if one is near enough to be meant. */
  public static Optional<String> of(String wanted, Collection<String> known) {
    return of(wanted, known, 1).stream().findFirst();
  }

  /** At most {@code max} known words that may be meant, the nearest first. */
  public static List<String> of(String wanted, Collection<String> known, int max) {
    String text = folded(wanted);
    record Candidate(String word, int distance) {}
    return known.stream()
        .filter(word -> mayBeNear(text, folded(word)))
        .limit(WORDS)
        .map(word -> new Candidate(word, rank(text, folded(word))))
        .filter(candidate -> candidate.distance() <= tolerance(text))
        .sorted(Comparator.comparingInt(Candidate::distance).thenComparing(Candidate::word))
        .limit(max)
        .map(Candidate::word)
        .toList();
  }

  /** One slip in a short word, one in every three letters of a longer one. */
  private static int tolerance(String text) {
    return Math.max(1, text.length() / 3);
  }

  /** Says cheaply of most words that they are not: each missing letter is a slip. */
  private static boolean mayBeNear(String wanted, String known) {
    return Math.abs(wanted.length() - known.length()) <= tolerance(wanted)
        || isBegun(wanted, known);
  }

  /** A word begun and not finished ("desc", "mem") counts as one slip. */
  private static int rank(String wanted, String known) {
    return isBegun(wanted, known) ? 1 : distance(wanted, known);
  }

  private static boolean isBegun(String wanted, String known) {
    return wanted.length() >= 3 && wanted.length() < known.length() && known.startsWith(wanted);
  }

  private static String folded(String text) {
    String cut = text.length() <= COMPARED ? text : text.substring(0, COMPARED);
    return cut.toLowerCase(Locale.ROOT);
  }

  /** Insertions, deletions, replacements and swaps of neighbours that turn one into the other. */
  static int distance(String from, String to) {
    int[] beforeLast = new int[to.length() + 1];
    int[] last = new int[to.length() + 1];
    int[] row = new int[to.length() + 1];
    for (int j = 0; j <= to.length(); j++) {
      last[j] = j;
    }
    for (int i = 1; i <= from.length(); i++) {
      row[0] = i;
      for (int j = 1; j <= to.length(); j++) {
        boolean same = from.charAt(i - 1) == to.charAt(j - 1);
        row[j] = Math.min(last[j - 1] + (same ? 0 : 1), 1 + Math.min(last[j], row[j - 1]));
        if (i > 1
            && j > 1
            && from.charAt(i - 1) == to.charAt(j - 2)
            && from.charAt(i - 2) == to.charAt(j - 1)) {
          row[j] = Math.min(row[j], beforeLast[j - 2] + 1);
        }
      }
      int[] spare = beforeLast;
      beforeLast = last;
      last = row;
      row = spare;
    }
    return last[to.length()];
  }
}
