package dev.nexusdelta.proxy;

import dev.nexusdelta.problem.Problem;
import dev.nexusdelta.quota.Admission;
import org.jspecify.annotations.Nullable;

/**
 * What a caller has shown, and what it is worth. Immutable.
 *
 * @param problem why the caller is not let in; null if it is
 * @param admission how this call stands to the key's rate; null without a rate
 */
record Shown(Identity who, @Nullable Problem problem, @Nullable Admission admission) {
  /** No key, where none is needed. */
  static final Shown NOTHING = new Shown(Identity.ANYBODY, null, null);

  static Shown by(Identity who) {
    return new Shown(who, null, null);
  }

  static Shown wrong(Problem problem) {
    return new Shown(Identity.ANYBODY, problem, null);
  }
}
