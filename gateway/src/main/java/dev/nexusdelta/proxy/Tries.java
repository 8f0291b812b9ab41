package dev.nexusdelta.proxy;

import dev.nexusdelta.fleet.Replica;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The replicas that a call was sent to, in order, and how each try ended. On one event loop. */
final class Tries {
  private final List<Try> all = new ArrayList<>(1);

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

    /** Why it was in vain; null while it lasts or when it brought the answer. */
    @Nullable String reason() {
      return reason;
    }
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

  /** Whether that replica is among them. */
  boolean contains(Replica replica) {
    for (int i = 0; i < all.size(); i++) {
      if (all.get(i).replica.id().equals(replica.id())) {
        return true;
      }
    }
    return false;
  }
}
