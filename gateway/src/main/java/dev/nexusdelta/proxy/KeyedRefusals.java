package dev.nexusdelta.proxy;

import dev.nexusdelta.fleet.AgentView;
import dev.nexusdelta.keyed.Claim;
import dev.nexusdelta.keyed.ClaimState;
import dev.nexusdelta.keyed.StoredAnswer;
import dev.nexusdelta.problem.Problem;
import dev.nexusdelta.problem.ProblemCode;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** The problems of calls with an {@code Idempotency-Key}. Pure. */
final class KeyedRefusals {
  private KeyedRefusals() {}

  static Problem invalidKey() {
    return Refusals.invalid(
        "the header Idempotency-Key is not 1 to 255 visible ASCII characters without blanks");
  }

  static Problem severalKeys() {
    return Refusals.invalid("there are several headers Idempotency-Key; expected one");
  }

  static Problem tooLarge() {
    return Problem.of(
            ProblemCode.TOO_LARGE,
            "the body of a call with an Idempotency-Key is larger than "
                + CallBody.HELD
                + " bytes: it could not be compared with that of a later call before it is sent")
        .hint("send less, or send it without the key");
  }

  static Problem inProgress(AgentView agent, TimeLimit limit, @Nullable String original) {
    return Problem.of(
            ProblemCode.KEY_IN_PROGRESS,
            "the call of agent "
                + agent.name()
                + " with this Idempotency-Key is still in progress ("
                + named(original)
                + "); waited for "
                + limit.text()
                + ", the limit set by "
                + limit.source())
        .hint("send the same again with the same key: it will not run twice")
        .retryAfter(1);
  }

  static Problem reused(Claim there) {
    return Problem.of(
            ProblemCode.KEY_REUSED,
            "this Idempotency-Key belongs to a call with another body ("
                + named(there.requestId())
                + ", "
                + Instant.ofEpochMilli(there.sinceMillis())
                + ")")
        .hint("use a new key for each call, and the same body byte by byte when it is repeated");
  }

  static Problem answerNotKept(Claim there, int status) {
    return Problem.of(
            ProblemCode.ANSWER_NOT_KEPT,
            "the call with this Idempotency-Key was executed and answered with status "
                + status
                + " ("
                + named(there.requestId())
                + "), but its answer is not kept: it was larger than "
                + StoredAnswer.LARGEST
                + " bytes or room was needed")
        .hint("do not repeat it with another key unless it may run twice");
  }

  static Problem outcomeUnknown(Claim there) {
    String reason =
        there.state() instanceof ClaimState.Unknown unknown ? unknown.reason() : "it has not ended";
    return Problem.of(
            ProblemCode.OUTCOME_UNKNOWN,
            "whether the call with this Idempotency-Key was executed cannot be known ("
                + named(there.requestId())
                + ": "
                + reason
                + ")")
        .hint("ask the agent what it did; with another key the call may run a second time");
  }

  static Problem notKept(AgentView agent) {
    return Problem.of(
            ProblemCode.NOT_READY,
            "the call of agent "
                + agent.name()
                + " was not sent: its Idempotency-Key could not be"
                + " written down in time")
        .hint("send it again with the same key; if that fails too, the gateway's log says why")
        .retryAfter(1);
  }

  static Problem full() {
    return Problem.of(
            ProblemCode.SHEDDING,
            "more Idempotency-Keys were used in the last 24 hours than can be remembered")
        .retryAfter(60);
  }

  private static String named(@Nullable String requestId) {
    return "request " + requestId;
  }
}
