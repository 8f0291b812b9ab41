package dev.nexusdelta.fleet;

import java.util.List;

/** One thing to do for an agent, as {@link Rollout} decides it. */
sealed interface RolloutAction {

  /** Make this release startable. */
  record Prepare(String release) implements RolloutAction {}

  /** Tell the host how many replicas of this release it shall run, and which may go. */
  record Apply(String release, int count, List<String> victims) implements RolloutAction {
    public Apply {
      victims = List.copyOf(victims);
    }
  }

  /** Let this replica take no new calls; it ends once those in flight are answered. */
  record Drain(String replica, String reason) implements RolloutAction {}
}
