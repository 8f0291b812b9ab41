package dev.nexusdelta.proxy;

import dev.nexusdelta.calls.CallRecord;
import dev.nexusdelta.fleet.AgentView;
import dev.nexusdelta.fleet.Replica;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The replicas that a call was sent to, in order, and how each try ended. On one event loop. */
final class Tries {
  /** Ends of tries that say nothing of a replica elsewhere, but of the way to its gateway. */
  private static final Set<String> UNREACHABLE =
      Set.of("refused", "connect_timeout", "unreachable");

  private final List<Try> all = new ArrayList<>(1);
  private @Nullable List<Wait> waits;
  private long bodyNanos;
  private long answeredNanos;

  /** A wait for a place. */
  private static final class Wait {
    private final int routable;
    private final int busy;
    private final int concurrency;
    private final long beginNanos;
    private long endNanos;

    Wait(AgentView agent, long nowNanos) {
      routable = agent.routable().size() + agent.elsewhere().size();
      concurrency = agent.manifest().limits().concurrency();
      busy =
          (int)
              Stream.concat(agent.routable().stream(), agent.elsewhere().stream())
                  .filter(each -> each.inFlight() >= concurrency)
                  .count();
      beginNanos = nowNanos;
    }
  }

  /** One of them. */
  static final class Try {
    private final Replica replica;
    private final long sentNanos;
    private long endNanos;
    private @Nullable String reason;

    private Try(Replica replica, long sentNanos) {
      this.replica = replica;
      this.sentNanos = sentNanos;
    }

    Replica replica() {
      return replica;
    }

    /** When the call was handed over, monotonic. */
    long sentNanos() {
      return sentNanos;
    }

    /** When the try ended, monotonic; 0 while it lasts. */
    long endNanos() {
      return endNanos;
    }

    private boolean hasFoundNobodyOnTheWayTo(Replica other) {
      return other.gateway() != null
          && replica.gateway() != null
          && reason != null
          && UNREACHABLE.contains(reason)
          && replica.address().equals(other.address());
    }

    /** Why it was in vain; null while it lasts or when it brought the answer. */
    @Nullable String reason() {
      return reason;
    }
  }

  /** The body is here, the search for a replica begins. */
  void found(long nowNanos) {
    bodyNanos = nowNanos;
  }

  /** When the body was here, monotonic; 0 if it was not. */
  long bodyNanos() {
    return bodyNanos;
  }

  /** The head of an answer is here. */
  void answered(long nowNanos) {
    answeredNanos = nowNanos;
  }

  /** When the last head of an answer was here, monotonic; 0 if none was. */
  long answeredNanos() {
    return answeredNanos;
  }

  /** No replica has a place. */
  void waits(AgentView agent, long nowNanos) {
    if (waits == null) {
      waits = new ArrayList<>(1);
    }
    waits.add(new Wait(agent, nowNanos));
  }

  /** It waits no more. */
  void waited(long nowNanos) {
    if (waits != null) {
      waits.get(waits.size() - 1).endNanos = nowNanos;
    }
  }

  /** All waits so far, counted from {@code start} on. */
  List<CallRecord.Wait> waits(long start, long now) {
    return waits == null
        ? List.of()
        : waits.stream()
            .map(
                each ->
                    new CallRecord.Wait(
                        each.beginNanos - start,
                        (each.endNanos == 0 ? now : each.endNanos) - start,
                        each.routable,
                        each.busy,
                        each.concurrency))
            .toList();
  }

  /** A further one begins. */
  void begin(Replica replica, long nowNanos) {
    all.add(new Try(replica, nowNanos));
  }

  /**
   * The last one is over.
   *
   * @param reason why it was in vain; null if it brought the answer
   */
  void end(long nowNanos, @Nullable String reason) {
    Try last = last();
    if (last.endNanos == 0) {
      last.endNanos = nowNanos;
      last.reason = reason;
    }
  }

  boolean isEmpty() {
    return all.isEmpty();
  }

  int count() {
    return all.size();
  }

  /** The latest of them; there must be one. */
  Try last() {
    return all.get(all.size() - 1);
  }

  List<Try> all() {
    return all;
  }

  /** The last one is as if it had not been: its replica had no place, and may have one later. */
  void forgetLast() {
    all.remove(all.size() - 1);
  }

  /** Whether that replica is among them, or its gateway was and could not be reached. */
  boolean contains(Replica replica) {
    for (int i = 0; i < all.size(); i++) {
      Try each = all.get(i);
      if (each.replica.id().equals(replica.id()) || each.hasFoundNobodyOnTheWayTo(replica)) {
        return true;
      }
    }
    return false;
  }
}
