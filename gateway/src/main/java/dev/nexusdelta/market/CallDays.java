package dev.nexusdelta.market;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;

/**
 * What was counted of each agent's calls in the last seven days, hour by hour. Hours in which an
 * agent had no calls take no room; beyond {@value #MOST_CELLS} hours of all agents together the
 * oldest of all give way. The time is an argument. Thread-safe.
 */
public final class CallDays {
  /** For how long an hour is kept. */
  public static final int HOURS = 7 * 24;

  /** About 90 bytes each. */
  static final int MOST_CELLS = 50_000;

  private static final String FIRST_LINE = "nexus-market-calls 1";
  private static final String LAST_LINE = "end";
  private static final int OTHERS = 2;

  private final int buckets;

  /**
   * Per hour since 1970 and agent: calls, failed ones, calls per bucket, and the slowest in
   * microseconds, of which the largest number stands for all that are longer and for not known.
   */
  private final NavigableMap<Long, Map<String, int[]>> hours = new TreeMap<>();

  private int cells;

  /**
   * Nothing yet.
   *
   * @param buckets of each {@link Tally}
   */
  public CallDays(int buckets) {
    this.buckets = buckets;
  }

  /** So many more calls of an agent, just now. */
  public synchronized void add(String agent, Tally more, Instant now) {
    if (more.calls() == 0 && more.failed() == 0 && more.slowestMicros() == 0) {
      return;
    }
    int[] cell = cell(hour(now), agent);
    cell[0] = grown(cell[0], more.calls());
    cell[1] = grown(cell[1], more.failed());
    for (int i = 0; i < Math.min(buckets, more.took().size()); i++) {
      cell[OTHERS + i] = grown(cell[OTHERS + i], more.took().get(i));
    }
    int last = OTHERS + buckets;
    cell[last] = (int) Math.min(Integer.MAX_VALUE, Math.max(cell[last], more.slowestMicros()));
    settle(now);
  }

  private int[] cell(long hour, String agent) {
    return hours
        .computeIfAbsent(hour, made -> new HashMap<>())
        .computeIfAbsent(
            agent,
            made -> {
              cells++;
              return new int[OTHERS + buckets + 1];
            });
  }

  private static int grown(int value, long by) {
    return (int) Math.min(Integer.MAX_VALUE, value + Math.max(0, by));
  }

  private void settle(Instant now) {
    while (!hours.isEmpty()
        && (hours.firstKey() <= hour(now) - HOURS || cells > MOST_CELLS && hours.size() > 1)) {
      cells -= hours.pollFirstEntry().getValue().size();
    }
  }

  /** What is known of each agent that had calls. */
  public synchronized Map<String, Tally> all(Instant now) {
    settle(now);
    Map<String, Tally> all = new TreeMap<>();
    hours
        .headMap(hour(now), true)
        .values()
        .forEach(hour -> hour.forEach((agent, cell) -> all.merge(agent, tally(cell), Tally::plus)));
    return all;
  }

  private Tally tally(int[] cell) {
    List<Long> took = new ArrayList<>(buckets);
    for (int i = 0; i < buckets; i++) {
      took.add((long) cell[OTHERS + i]);
    }
    int slowest = cell[OTHERS + buckets];
    return new Tally(
        cell[0], cell[1], took, slowest == Integer.MAX_VALUE ? Tally.UNKNOWN : slowest);
  }

  /** When the first hour begins of which anything is known. */
  public synchronized Optional<Instant> since() {
    return hours.isEmpty()
        ? Optional.empty()
        : Optional.of(Instant.EPOCH.plus(Duration.ofHours(hours.firstKey())));
  }

  /** Nothing is known any more of an agent; another one may take its name. */
  public synchronized void forget(String agent) {
    hours
        .values()
        .forEach(
            hour -> {
              if (hour.remove(agent) != null) {
                cells--;
              }
            });
    hours.values().removeIf(Map::isEmpty);
  }

  /**
   * All of it, for {@link #read}: a line for each hour of an agent, between two that frame them.
   */
  public synchronized String text() {
    StringBuilder text = new StringBuilder(FIRST_LINE).append('\n');
    hours.forEach(
        (hour, agents) ->
            new TreeMap<>(agents)
                .forEach(
                    (agent, cell) -> {
                      text.append(hour).append(' ').append(agent);
                      for (int count : cell) {
                        text.append(' ').append(count);
                      }
                      text.append('\n');
                    }));
    return text.append(LAST_LINE).append(' ').append(cells).append('\n').toString();
  }

  /**
   * Reads what {@link #text} has written.
   *
   * @throws IllegalArgumentException for anything else, be it torn or foreign
   */
  public static CallDays read(String text, int buckets, Instant now) {
    CallDays days = new CallDays(buckets);
    String[] lines = text.split("\n", -1);
    if (!lines[0].equals(FIRST_LINE)) {
      throw new IllegalArgumentException("it does not begin with '" + FIRST_LINE + "'");
    }
    int end = lines.length - 2;
    if (end < 1 || !lines[end].equals(LAST_LINE + " " + (end - 1)) || !lines[end + 1].isEmpty()) {
      throw new IllegalArgumentException("it ends in the middle");
    }
    for (int i = 1; i < end; i++) {
      days.line(lines[i], i + 1);
    }
    days.settle(now);
    return days;
  }

  private void line(String line, int number) {
    String[] words = line.split(" ", -1);
    // Without the slowest, as it was written once.
    if (words.length != 2 + OTHERS + buckets && words.length != 2 + OTHERS + buckets + 1) {
      throw new IllegalArgumentException("line " + number + " has " + words.length + " words");
    }
    try {
      int[] cell = cell(Long.parseLong(words[0]), words[1]);
      cell[OTHERS + buckets] = Integer.MAX_VALUE;
      for (int i = 0; i < words.length - 2; i++) {
        cell[i] = Math.max(0, Integer.parseInt(words[2 + i]));
      }
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException("line " + number + " holds no counts", e);
    }
  }

  private static long hour(Instant now) {
    return Math.floorDiv(now.getEpochSecond(), 3600L);
  }
}
