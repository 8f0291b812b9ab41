package dev.nexusdelta.scaling;

import java.time.Instant;

/**
 * A decision as it is kept, with all that it was made from; equal ones in a row are one entry.
 *
 * @param first when it was made first
 * @param last when it was made last; the figures are those of then
 * @param count how often it was made in a row
 */
public record DecisionEntry(
    Instant first,
    Instant last,
    long count,
    ScalingInput input,
    ScalingSettings settings,
    Decision decision) {
  /** The rule that is asked last, and only where it binds. */
  private static final String BOUND = "bound";

  /** Made once. */
  public static DecisionEntry of(
      Instant at, ScalingInput input, ScalingSettings settings, Decision decision) {
    return new DecisionEntry(at, at, 1, input, settings, decision);
  }

  /** Whether it made another number of replicas wanted. */
  public boolean scales() {
    return decision.replicas() != input.desired();
  }

  /**
   * What kept the number from being as wished: {@code fleet.replicas}, {@code max 5}, …; empty =
   * nothing did.
   */
  public String bound() {
    return decision.wishes().stream()
        .filter(wish -> wish.rule().equals(BOUND))
        .map(Decision.Wish::why)
        .findFirst()
        .orElse("");
  }

  /** Whether {@code next}, made right after this one, says the same once more. */
  public boolean repeats(DecisionEntry next) {
    return !scales()
        && !next.scales()
        && decision.replicas() == next.decision.replicas()
        && decision.cause().equals(next.decision.cause())
        && bound().equals(next.bound())
        && settings.equals(next.settings);
  }

  /** This one and the same once more. */
  public DecisionEntry and(DecisionEntry next) {
    return new DecisionEntry(
        first, next.last, count + next.count, next.input, next.settings, next.decision);
  }
}
