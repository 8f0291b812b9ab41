package dev.nexusdelta.host;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Predicate;

/** Collects a host's events and waits, with a deadline, for what is expected. Thread-safe. */
public final class EventLogbook implements Consumer<HostEvent> {
  private static final Duration DEADLINE = Duration.ofSeconds(30);
  private final List<HostEvent> events = new ArrayList<>();

  @Override
  public synchronized void accept(HostEvent event) {
    events.add(event);
    notifyAll();
  }

  /** Everything so far. */
  public synchronized List<HostEvent> all() {
    return List.copyOf(events);
  }

  /** How many there are so far; to be given to {@link #await}. */
  public synchronized int mark() {
    return events.size();
  }

  /** The first event of the kind that fits, from {@code mark} on. */
  public synchronized <T extends HostEvent> T await(int mark, Class<T> kind, Predicate<T> fits) {
    long end = System.nanoTime() + DEADLINE.toNanos();
    int next = mark;
    while (true) {
      for (; next < events.size(); next++) {
        if (kind.isInstance(events.get(next)) && fits.test(kind.cast(events.get(next)))) {
          return kind.cast(events.get(next));
        }
      }
      long left = (end - System.nanoTime()) / 1_000_000;
      if (left <= 0) {
        throw new AssertionError("no such " + kind.getSimpleName() + " among " + events);
      }
      try {
        wait(left);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new AssertionError("interrupted", e);
      }
    }
  }

  /** The first start or adoption from {@code mark} on of an id not among these. */
  public ObservedReplica awaitStarted(int mark, List<String> known) {
    return await(
            mark,
            HostEvent.Changed.class,
            e -> !e.replica().stopping() && !known.contains(e.replica().id()))
        .replica();
  }

  /** The end of this replica. */
  public HostEvent.Gone awaitGone(String id) {
    return await(0, HostEvent.Gone.class, e -> e.replica().id().equals(id));
  }
}
