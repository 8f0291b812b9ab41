package dev.nexusdelta.proxy;

/**
 * Whether a call whose attempt failed is sent again. Pure; the one place that decides it.
 *
 * <p>A call that may have been executed is repeated only if its tool says that this does no harm.
 */
final class RetryRule {
  private RetryRule() {}

  /** What is to be done. */
  enum Decision {
    /** To another replica, now. */
    SEND,
    /** Once there is a replica that was not tried yet. */
    WAIT,
    /** Not: it may have been executed, and its tool is not known to bear a second time. */
    UNSAFE,
    /** Not: part of its body is gone. */
    BODY_GONE,
    /** Not: bytes of an answer have reached the caller. */
    ANSWER_BEGUN,
    /** Not: no time is left. */
    TOO_LATE,
    /** Not here: it was passed on by another gateway, which may send it elsewhere. */
    PASSED_ON,
    /** Not: the agent's share of repeated calls is used up. */
    OVER_BUDGET;

    /** Whether another attempt follows. */
    boolean isAgain() {
      return this == SEND || this == WAIT;
    }
  }

  /**
   * What is known of the call.
   *
   * @param executed whether the failed attempt may have been executed
   * @param repeatable whether the tool, by the chosen replica's own release, is idempotent or
   *     read-only
   * @param bodyWhole whether the whole body is still here
   * @param answerBegun whether a byte of an answer went to the caller
   * @param timeLeft whether the deadline is still to come
   * @param untried whether a routable replica was not tried yet
   * @param budget whether the agent's budget allows one more
   * @param passedOn whether another gateway has passed the call on, for one replica only
   */
  record Facts(
      boolean executed,
      boolean repeatable,
      boolean bodyWhole,
      boolean answerBegun,
      boolean timeLeft,
      boolean untried,
      boolean budget,
      boolean passedOn) {}

  /** Decides. */
  static Decision decide(Facts facts) {
    if (facts.passedOn()) {
      return Decision.PASSED_ON;
    }
    if (facts.answerBegun()) {
      return Decision.ANSWER_BEGUN;
    }
    if (facts.executed() && !facts.repeatable()) {
      return Decision.UNSAFE;
    }
    if (!facts.bodyWhole()) {
      return Decision.BODY_GONE;
    }
    if (!facts.timeLeft()) {
      return Decision.TOO_LATE;
    }
    if (!facts.budget()) {
      return Decision.OVER_BUDGET;
    }
    return facts.untried() ? Decision.SEND : Decision.WAIT;
  }
}
