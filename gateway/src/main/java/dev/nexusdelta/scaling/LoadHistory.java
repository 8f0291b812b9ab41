package dev.nexusdelta.scaling;

import dev.nexusdelta.load.AgentLoad;
import java.util.ArrayDeque;
import java.util.Iterator;

/**
 * The recorded seconds of one agent. Not thread-safe: belongs to a {@link LoadLedger}.
 *
 * <p>Seconds are kept in pages of a minute, and a minute without load has no page: an agent that is
 * called now and then costs little, one that is called all the time 1.2 KiB a minute.
 */
final class LoadHistory {
  private static final int PAGE = 64;
  private static final long NEVER = Long.MAX_VALUE / 2;

  private final ArrayDeque<Page> pages = new ArrayDeque<>();
  private long touchedAt;
  private long answersSince = NEVER;

  private static final class Page {
    final long number;
    final int[] arrivals = new int[PAGE];
    final int[] answered = new int[PAGE];
    final int[] waiting = new int[PAGE];
    final float[] callSeconds = new float[PAGE];
    final float[] serviceSeconds = new float[PAGE];

    Page(long number) {
      this.number = number;
    }

    /** One second in 64 has its predecessor on another page, and is left out. */
    boolean calm(int at) {
      return at > 0 && waiting[at] == 0 && waiting[at - 1] == 0;
    }
  }

  /**
   * Sums over some seconds.
   *
   * @param calmArrivals in those seconds in which no call waited, nor in the second before
   * @param calmCallSeconds of the same seconds: nothing but time at replicas
   */
  record Sums(
      long arrivals,
      long answered,
      double callSeconds,
      double serviceSeconds,
      long calmArrivals,
      double calmCallSeconds) {}

  /**
   * Adds to a second, which is never older than the one before.
   *
   * @param waiting calls that wait at all gateways
   */
  void add(long second, AgentLoad load, int waiting, long nowNanos) {
    touchedAt = nowNanos;
    if (load.answered() > 0) {
      answersSince = Math.min(answersSince, second);
    }
    Page page = pages.peekLast();
    long number = Math.floorDiv(second, PAGE);
    if (page == null || page.number != number) {
      page = new Page(number);
      pages.addLast(page);
    }
    int at = (int) Math.floorMod(second, (long) PAGE);
    page.arrivals[at] += (int) load.arrivals();
    page.answered[at] += (int) load.answered();
    page.callSeconds[at] += (float) load.callSeconds();
    page.serviceSeconds[at] += (float) load.serviceSeconds();
    page.waiting[at] = Math.max(page.waiting[at], waiting);
  }

  /** When there was load last. */
  long touchedAt() {
    return touchedAt;
  }

  /** The second in which answers began to come; far in the future until they do. */
  long answersSince() {
    return answersSince;
  }

  /** Sums of the seconds {@code from} to before {@code end}. */
  Sums sums(long from, long end) {
    long arrivals = 0;
    long answered = 0;
    long calmArrivals = 0;
    double callSeconds = 0;
    double serviceSeconds = 0;
    double calmCallSeconds = 0;
    for (Iterator<Page> newest = pages.descendingIterator(); newest.hasNext(); ) {
      Page page = newest.next();
      long first = page.number * PAGE;
      if (first + PAGE <= from) {
        break;
      }
      int stop = (int) Math.min(PAGE, end - first);
      for (int at = (int) Math.max(0, from - first); at < stop; at++) {
        arrivals += page.arrivals[at];
        answered += page.answered[at];
        callSeconds += page.callSeconds[at];
        serviceSeconds += page.serviceSeconds[at];
        if (page.calm(at)) {
          calmArrivals += page.arrivals[at];
          calmCallSeconds += page.callSeconds[at];
        }
      }
    }
    return new Sums(arrivals, answered, callSeconds, serviceSeconds, calmArrivals, calmCallSeconds);
  }

  /** Forgets what is older than a second. */
  void forgetBefore(long second) {
    while (!pages.isEmpty() && (pages.peekFirst().number + 1) * PAGE <= second) {
      pages.removeFirst();
    }
  }

  /** The seconds {@code from} to before {@code end}, which do not change any more. */
  LoadRecording recording(long from, long end) {
    LoadRecording recording = new LoadRecording((int) (end - from));
    for (Page page : pages) {
      long first = page.number * PAGE;
      int stop = (int) Math.min(PAGE, end - first);
      for (int at = (int) Math.max(0, from - first); at < stop; at++) {
        recording.put(
            (int) (first + at - from),
            page.arrivals[at],
            page.answered[at],
            page.waiting[at],
            page.callSeconds[at],
            page.serviceSeconds[at]);
      }
    }
    return recording;
  }
}
