package dev.nexusdelta.proxy;

import dev.nexusdelta.exchange.Exchange.Answer;
import dev.nexusdelta.exchange.Exchange.Outcome;
import dev.nexusdelta.hop.Hop;
import dev.nexusdelta.problem.ProblemCode;
import java.util.Locale;

/**
 * What became of a call at the gateway that it was passed on to, as that one says with the header
 * {@link Hop#HEADER} of its answer. Pure.
 */
enum HopOutcome {
  /** The replica has answered. */
  ANSWER,
  /** The gateway has refused the call, as any gateway would: not executed. */
  REFUSED,
  /** The replica has no place now: not executed. */
  BUSY,
  /** The replica takes no calls there: not executed. */
  GONE,
  /** The gateway does not believe that this one may pass on calls: not executed. */
  UNPROVED,
  /** The replica broke the call, which may have been executed. */
  BROKE,
  /** The deadline has passed. */
  LATE,
  /** What answers there is no gateway that takes calls passed on; it may have done anything. */
  STRANGE,
  /** The connection to the gateway broke, or there was none. */
  FAILED;

  /** As it is written in the header and in metrics. */
  String label() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** What it comes to where the call may have been executed. */
  String detail() {
    return this == STRANGE
        ? "what answered at its gateway's address was no gateway of this cluster"
        : "broke it, as its gateway says";
  }

  /**
   * What a gateway says with a refusal of a call that was passed on to it.
   *
   * @param sent whether it was sent to the replica
   */
  static HopOutcome of(ProblemCode code, boolean sent) {
    return switch (code) {
      case REPLICA_BUSY, SHEDDING -> BUSY;
      case REPLICA_UNAVAILABLE -> GONE;
      // A gateway that ends cuts off what the replica may well execute.
      case DRAINING -> sent ? BROKE : GONE;
      case REPLICA_BROKE -> BROKE;
      case DEADLINE_EXCEEDED -> LATE;
      default -> REFUSED;
    };
  }

  /** What the gateway that was called has said. */
  static HopOutcome of(Outcome outcome) {
    if (!(outcome instanceof Answer answer)) {
      return FAILED;
    }
    String said = answer.headers().get(Hop.HEADER);
    for (HopOutcome each : values()) {
      if (each.label().equals(said)) {
        return each;
      }
    }
    return STRANGE;
  }
}
