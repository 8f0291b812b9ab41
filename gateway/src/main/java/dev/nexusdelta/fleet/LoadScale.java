package dev.nexusdelta.fleet;

import dev.nexusdelta.discovery.AgentSpec;
import dev.nexusdelta.manifest.Run;
import java.util.OptionalInt;

/**
 * How many replicas of one agent the load calls for, as far as anybody has said. Only on the
 * fleet's context.
 *
 * <p>An agent that is created or started begins with one replica even where {@code min} is 0: what
 * is wrong with it shows at once, and its tools are learnt. One that was there before the gateway
 * begins with what runs: a restart of the gateway neither starts nor stops anything.
 */
final class LoadScale {
  private OptionalInt count = OptionalInt.empty();
  private boolean created;

  /** How many are wanted, by whomever. */
  int wanted(AgentSpec spec) {
    return Wanted.count(spec, count);
  }

  /** Whether the load has a say. */
  static boolean applies(AgentSpec spec) {
    return !spec.deleted()
        && spec.enabled()
        && spec.pinned().isEmpty()
        && spec.manifest().scale().isPresent()
        && !(spec.manifest().run() instanceof Run.Url);
  }

  /** It is new: nothing of it can have been left running. */
  void created() {
    created = true;
  }

  /** The gateway has begun, and found so many replicas of what was there before it. */
  void found(AgentSpec spec, int replicas) {
    count = applies(spec) && !created ? OptionalInt.of(replicas) : OptionalInt.empty();
  }

  /** Another revision holds; so many replicas are there. */
  void take(AgentSpec before, AgentSpec now, int replicas) {
    if (!applies(now)) {
      count = OptionalInt.empty();
    } else if (before.pinned().isPresent()) {
      count = OptionalInt.of(replicas);
    }
  }

  /** Somebody has started it: it has one at least. */
  void start(AgentSpec spec) {
    if (wanted(spec) == 0) {
      count = OptionalInt.empty();
    }
  }

  /** The load calls for so many; whether that changes anything. */
  boolean scaleTo(AgentSpec spec, int replicas) {
    if (!applies(spec)) {
      return false;
    }
    int before = wanted(spec);
    count = OptionalInt.of(replicas);
    return wanted(spec) != before;
  }
}
