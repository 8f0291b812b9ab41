package dev.nexusdelta.agent.shape;

import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;

/** The known names that a mistyped one may have meant. */
public final class Nearest {
  private static final int NAMES = 3;
  private static final int LONGEST = 64;

  private Nearest() {}

  private record Candidate(String name, int distance) {}

  /** At most three, nearest first; none if nothing is near. */
  public static List<String> of(String wrong, Collection<String> known) {
    if (wrong.length() > LONGEST) {
      return List.of();
    }
    String plain = plain(wrong);
    return known.stream()
        .map(name -> new Candidate(name, distance(plain, plain(name))))
        .filter(c -> c.distance() <= Math.max(1, Math.max(plain.length(), c.name().length()) / 3))
        .sorted(Comparator.comparingInt(Candidate::distance).thenComparing(Candidate::name))
        .limit(NAMES)
        .map(Candidate::name)
        .toList();
  }

  /** Words to add to a message, empty if nothing is near. */
  public static String hint(String wrong, Collection<String> known) {
    List<String> names = of(wrong, known);
    return names.isEmpty() ? "" : "; did you mean " + String.join(" or ", names) + "?";
  }

  private static String plain(String name) {
    return name.toLowerCase(Locale.ROOT).replace("_", "").replace("-", "");
  }

  private static int distance(String a, String b) {
    int[] row = new int[b.length() + 1];
    for (int j = 0; j <= b.length(); j++) {
      row[j] = j;
    }
    for (int i = 1; i <= a.length(); i++) {
      int diagonal = row[0];
      row[0] = i;
      for (int j = 1; j <= b.length(); j++) {
        int change = diagonal + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
        diagonal = row[j];
        row[j] = Math.min(change, 1 + Math.min(row[j], row[j - 1]));
      }
    }
    return row[b.length()];
  }
}
