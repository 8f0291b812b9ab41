package dev.nexusdelta.fleet;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;

/**
 * What starts of one agent's replicas took lately. A release that has not been started yet is taken
 * for like the ones before it. Only on the fleet's context.
 */
final class StartTimes {
  private static final int KEPT = 5;

  private final Deque<Start> starts = new ArrayDeque<>();

  private record Start(String release, Duration took) {}

  void add(String release, Duration took) {
    starts.addLast(new Start(release, took));
    if (starts.size() > 2 * KEPT) {
      starts.removeFirst();
    }
  }

  /** The middle of the release's last five starts, else of any; zero if there was none. */
  Duration usual(String release) {
    List<Duration> own =
        starts.stream().filter(start -> start.release().equals(release)).map(Start::took).toList();
    List<Duration> all = own.isEmpty() ? starts.stream().map(Start::took).toList() : own;
    List<Duration> last = all.subList(Math.max(0, all.size() - KEPT), all.size());
    return last.isEmpty()
        ? Duration.ZERO
        : last.stream().sorted().toList().get((last.size() - 1) / 2);
  }
}
