package dev.nexusdelta.host.supervision;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.OptionalInt;
import java.util.function.IntPredicate;
import java.util.function.LongSupplier;
import java.util.random.RandomGenerator;

/**
 * Gives each replica a port of its own. The first replica of an agent gets the wished one, or one
 * of the configured range; further ones get 20000 to 29999, from a random one onwards: two gateways
 * on a machine that start replicas at the same moment would both find the same port free. A freed
 * port goes to no other agent for 30 s, so that a late call never reaches a stranger. For one
 * thread.
 */
public final class Ports {
  private static final long QUARANTINE = Duration.ofSeconds(30).toNanos();
  private static final int FIRST_FURTHER = 20_000;
  private static final int LAST_FURTHER = 29_999;

  private final int first;
  private final int last;
  private final IntPredicate free;
  private final LongSupplier nanos;
  private final Map<Integer, Holder> holders = new HashMap<>();
  private int cursor;

  /**
   * @param free asks the machine whether nobody listens there
   * @param nanos monotonic clock
   * @param random says where the further ones begin
   */
  public Ports(int first, int last, IntPredicate free, LongSupplier nanos, RandomGenerator random) {
    this.first = first;
    this.last = last;
    this.free = free;
    this.nanos = nanos;
    this.cursor = FIRST_FURTHER + random.nextInt(LAST_FURTHER - FIRST_FURTHER + 1);
  }

  private record Holder(String agent, boolean inUse, boolean leading, long freedAt) {}

  /** A port for one more replica of the agent; empty when every one is taken. */
  public OptionalInt take(String agent, OptionalInt wish) {
    boolean leads =
        holders.values().stream()
            .noneMatch(h -> h.inUse() && h.leading() && h.agent().equals(agent));
    if (leads) {
      if (wish.isPresent() && takeIfFree(wish.getAsInt(), agent, true)) {
        return wish;
      }
      for (int port = first; port <= last; port++) {
        if (takeIfFree(port, agent, true)) {
          return OptionalInt.of(port);
        }
      }
    }
    // Onwards from the last one given: a port just freed rests as long as possible.
    for (int tried = FIRST_FURTHER; tried <= LAST_FURTHER; tried++) {
      int port = cursor;
      cursor = cursor == LAST_FURTHER ? FIRST_FURTHER : cursor + 1;
      if (takeIfFree(port, agent, leads)) {
        return OptionalInt.of(port);
      }
    }
    return OptionalInt.empty();
  }

  /** An adopted replica holds this port already. */
  public void hold(int port, String agent) {
    boolean leading = port < FIRST_FURTHER || port > LAST_FURTHER;
    holders.put(port, new Holder(agent, true, leading, 0));
  }

  /** The replica on this port is gone. */
  public void free(int port) {
    holders.computeIfPresent(
        port, (p, h) -> new Holder(h.agent(), false, h.leading(), nanos.getAsLong()));
  }

  private boolean takeIfFree(int port, String agent, boolean leading) {
    Holder holder = holders.get(port);
    if (holder != null) {
      boolean resting =
          !holder.agent().equals(agent) && nanos.getAsLong() - holder.freedAt() < QUARANTINE;
      if (holder.inUse() || resting) {
        return false;
      }
    }
    if (!free.test(port)) {
      return false;
    }
    holders.put(port, new Holder(agent, true, leading, 0));
    return true;
  }
}
