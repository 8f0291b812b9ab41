package dev.nexusdelta.quota;

import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What one gateway tells the others of the keys that are used at it.
 *
 * @param gateway its id, without blanks
 * @param beginning how often its shares have begun anew: a higher number each time
 * @param cohort among whom it takes the keys to be shared, without blanks
 * @param sequence counts up with each report
 * @param keys by id
 */
record QuotaReport(
    String gateway, long beginning, String cohort, long sequence, Map<String, Line> keys) {
  /**
   * Of one key. Shares are billionths of what it allows.
   *
   * @param wanted what its callers ask for here, billionths too
   * @param share that this gateway has
   * @param given to each other gateway since the cohort is the same, all in all
   */
  record Line(long wanted, long share, Map<String, Long> given) {
    Line {
      given = Map.copyOf(given);
    }
  }

  QuotaReport {
    keys = Map.copyOf(keys);
  }

  /** One line for the gateway, one for each key. */
  String text() {
    StringBuilder text = new StringBuilder();
    text.append(gateway).append(' ').append(beginning).append(' ').append(cohort).append(' ');
    text.append(sequence);
    keys.forEach(
        (key, line) -> {
          text.append('\n').append(key).append(' ').append(line.wanted()).append(' ');
          text.append(line.share());
          line.given().forEach((to, sum) -> text.append(' ').append(to).append('=').append(sum));
        });
    return text.toString();
  }

  /**
   * Reads {@link #text}.
   *
   * @throws IllegalArgumentException if it is none
   */
  static QuotaReport of(String text) {
    String[] lines = text.split("\n", -1);
    String[] head = lines[0].split(" ", -1);
    if (head.length != 4) {
      throw new IllegalArgumentException("the first line of a report on keys has not four words");
    }
    Map<String, Line> keys = new LinkedHashMap<>();
    for (int i = 1; i < lines.length; i++) {
      String[] words = lines[i].split(" ", -1);
      if (words.length < 3) {
        throw new IllegalArgumentException("a line on a key has less than three words");
      }
      Map<String, Long> given = new HashMap<>();
      for (int word = 3; word < words.length; word++) {
        int at = words[word].lastIndexOf('=');
        if (at < 1) {
          throw new IllegalArgumentException("what was given is not GATEWAY=NUMBER");
        }
        given.put(words[word].substring(0, at), Long.parseLong(words[word].substring(at + 1)));
      }
      keys.put(words[0], new Line(Long.parseLong(words[1]), Long.parseLong(words[2]), given));
    }
    return new QuotaReport(
        head[0], Long.parseLong(head[1]), head[2], Long.parseLong(head[3]), keys);
  }
}
