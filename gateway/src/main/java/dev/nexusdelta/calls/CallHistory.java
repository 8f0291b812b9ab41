package dev.nexusdelta.calls;

import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * The calls of the last day that are worth a look: failed ones, slow ones, a sample of the rest. At
 * most {@link #MOST_BYTES}, each kind with room of its own, and within it the kind of which there
 * is most gives way first: a flood of one failure pushes out that failure only. Thread-safe; {@link
 * #add} waits for nobody.
 */
public final class CallHistory {
  /** Of failed, slow and sampled calls together. */
  public static final int MOST_BYTES = 8 << 20;

  private static final Duration KEPT = Duration.ofHours(24);

  /** Calls that wait to be put away; more are lost until the next {@link #settle}. */
  private static final int ARRIVING = 4096;

  private final InstantSource clock;
  private final Queue<CallRecord> arriving = new ConcurrentLinkedQueue<>();
  private final AtomicInteger arrived = new AtomicInteger();
  private final Map<CallSampling.Kept, Shelf> shelves = new EnumMap<>(CallSampling.Kept.class);

  /** An empty history. */
  public CallHistory(InstantSource clock) {
    this.clock = clock;
    shelves.put(CallSampling.Kept.FAILED, new Shelf(MOST_BYTES / 2, CallRecord::code));
    shelves.put(CallSampling.Kept.SLOW, new Shelf(MOST_BYTES / 4, CallHistory::agent));
    shelves.put(CallSampling.Kept.SAMPLED, new Shelf(MOST_BYTES / 4, CallHistory::agent));
  }

  /** Few enough groups for any number of agents. */
  private static String agent(CallRecord call) {
    String agent = call.agent();
    return agent == null ? "" : Integer.toString(agent.hashCode() & 63);
  }

  /**
   * Which calls are wanted.
   *
   * @param agent in any case; null = all
   * @param slow only those kept for being slow
   * @param atLeast how long they took
   * @param code of the problem, or a status; null = any
   * @param sinceMillis epoch milliseconds
   */
  public record Wanted(
      @Nullable String agent,
      boolean slow,
      Duration atLeast,
      @Nullable String code,
      long sinceMillis) {
    boolean matches(CallRecord call) {
      return call.atMillis() >= sinceMillis
          && (agent == null || agent.equalsIgnoreCase(call.agent()))
          && (!slow || call.kept() == CallSampling.Kept.SLOW)
          && call.phases().done() >= atLeast.toNanos()
          && (code == null
              || code.equals(call.code())
              || code.equals(Integer.toString(call.status())));
    }
  }

  /** Hands a record over; never blocks. */
  public void add(CallRecord call) {
    if (arrived.incrementAndGet() > ARRIVING) {
      arrived.decrementAndGet();
    } else {
      arriving.add(call);
    }
  }

  /** Puts away what has arrived and forgets what is a day old; called every second or so. */
  public synchronized void settle() {
    for (CallRecord call = arriving.poll(); call != null; call = arriving.poll()) {
      arrived.decrementAndGet();
      Shelf shelf = shelves.get(call.kept());
      if (shelf != null) {
        shelf.add(call);
      }
    }
    long before = clock.millis() - KEPT.toMillis();
    shelves.values().forEach(shelf -> shelf.forget(before));
  }

  /** The call with that id, the latest if several had it. */
  public synchronized Optional<CallRecord> find(String requestId) {
    settle();
    return all(call -> call.requestId().equals(requestId)).stream()
        .max(Comparator.comparingLong(CallRecord::atMillis));
  }

  /**
   * Calls, the newest first; the slowest first if slow ones are wanted.
   *
   * @param most of them
   */
  public synchronized List<CallRecord> list(Wanted wanted, int most) {
    settle();
    List<CallRecord> found = all(wanted::matches);
    Comparator<CallRecord> order =
        wanted.slow() || !wanted.atLeast().isZero()
            ? Comparator.comparingLong(call -> call.phases().done())
            : Comparator.comparingLong(CallRecord::atMillis);
    found.sort(order.reversed());
    return List.copyOf(found.subList(0, Math.min(most, found.size())));
  }

  /** Bytes of all that is kept, roughly. */
  synchronized long bytes() {
    settle();
    return shelves.values().stream().mapToLong(Shelf::bytes).sum();
  }

  private List<CallRecord> all(java.util.function.Predicate<CallRecord> which) {
    List<CallRecord> found = new ArrayList<>();
    shelves.values().forEach(shelf -> shelf.collect(which, found));
    return found;
  }
}
