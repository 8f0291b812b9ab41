package dev.nexusdelta.proxy;

import dev.nexusdelta.calls.CallHistory;
import dev.nexusdelta.calls.CallRecord;
import dev.nexusdelta.calls.CallSampling;
import dev.nexusdelta.calls.CallSampling.Kept;
import dev.nexusdelta.problem.Problem;
import dev.nexusdelta.problem.ProblemCode;
import java.util.List;
import java.util.function.LongSupplier;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/** Keeps the calls that are worth a look. For all others it makes no object. One per event loop. */
final class CallRecorder {
  private static final long NEVER = -1;

  /** Longest text of a problem that is kept. */
  private static final int LONGEST = 400;

  /** Longest name of a tool that is kept: it is whatever the caller wrote. */
  private static final int LONGEST_TOOL = 100;

  private final CallHistory history;
  private final CallSampling sampling;
  private final LongSupplier nanos;

  CallRecorder(CallHistory history, RandomGenerator random, LongSupplier nanos) {
    this.history = history;
    this.sampling = new CallSampling(random);
    this.nanos = nanos;
  }

  /**
   * A call has ended.
   *
   * @param problem that the gateway answered with, if it did
   * @param code of what ended it otherwise; null if an answer did
   */
  void ended(
      CallHead head,
      CallAttempts attempts,
      int status,
      @Nullable String code,
      @Nullable Problem problem,
      @Nullable KeyedCall keyed,
      TimeLimit deadline,
      long bytesIn,
      long bytesOut,
      long now) {
    long start = head.startNanos();
    Kept kept = sampling.ended(attempts.agentLane().slowest(), status, now - start, now);
    if (kept == Kept.NO) {
      return;
    }
    Tries tries = attempts.tries();
    String tool = attempts.tool() == null ? head.toolOfRoute() : attempts.tool();
    history.add(
        new CallRecord(
            head.requestId(),
            head.startMillis(),
            head.agent().name().value(),
            tool == null ? null : cut(tool, LONGEST_TOOL),
            status,
            problem(problem, code, deadline),
            kept,
            new CallRecord.Phases(
                since(start, tries.bodyNanos()),
                tries.isEmpty() ? NEVER : tries.all().get(0).sentNanos() - start,
                since(start, tries.answeredNanos()),
                now - start),
            tries.waits(start, now),
            attempts(tries, start, now),
            new CallRecord.Deadline(deadline.nanos(), deadline.source()),
            keyed == null ? null : new CallRecord.Keyed(keyed.result(), keyed.original()),
            bytesIn,
            bytesOut,
            caller(head.connection(), head.shown())));
  }

  /**
   * A request was refused before it became a call. What it said is not kept, only what it was
   * answered with.
   *
   * @param agent if it named one
   */
  void refused(Arrival arrival, @Nullable String agent, ProblemCode code) {
    long now = nanos.getAsLong();
    Kept kept = sampling.refused(code.status(), now);
    if (kept == Kept.NO) {
      return;
    }
    history.add(
        new CallRecord(
            arrival.requestId(),
            arrival.startMillis(),
            agent,
            null,
            code.status(),
            new CallRecord.Problem(code.code(), null, null, limit(code, null)),
            kept,
            new CallRecord.Phases(NEVER, NEVER, NEVER, now - arrival.startNanos()),
            List.of(),
            List.of(),
            null,
            null,
            0,
            0,
            caller(arrival.connection(), arrival.shown())));
  }

  private static String caller(ClientConnection connection, Shown shown) {
    String name = shown.who().name();
    return name == null ? connection.remote() : connection.remote() + " with the key " + name;
  }

  private static long since(long start, long moment) {
    return moment == 0 ? NEVER : moment - start;
  }

  private static List<CallRecord.Attempt> attempts(Tries tries, long start, long now) {
    return tries.all().stream()
        .map(
            each ->
                new CallRecord.Attempt(
                    each.replica().id(),
                    each.sentNanos() - start,
                    (each.endNanos() == 0 ? now : each.endNanos()) - start,
                    each.reason()))
        .toList();
  }

  private static CallRecord.@Nullable Problem problem(
      @Nullable Problem problem, @Nullable String code, TimeLimit deadline) {
    if (problem == null) {
      return code == null ? null : new CallRecord.Problem(code, null, null, null);
    }
    return new CallRecord.Problem(
        problem.code().code(),
        cut(problem.detail(), LONGEST),
        problem.hint().map(hint -> cut(hint, LONGEST)).orElse(null),
        limit(problem.code(), deadline));
  }

  /** The limit that bound, as the configuration calls it. */
  private static @Nullable String limit(ProblemCode code, @Nullable TimeLimit deadline) {
    return switch (code) {
      case DEADLINE_EXCEEDED, REQUEST_TIMEOUT, KEY_IN_PROGRESS ->
          deadline == null ? null : deadline.source();
      case QUEUE_FULL -> "limits.queue in agent.yaml";
      case TOO_LARGE -> "limits.request in agent.yaml";
      case CIRCUIT_OPEN -> "the circuits of the agent's replicas";
      case SHEDDING -> "the gateway's own load";
      case RATE_LIMITED -> "the rate of the caller's key";
      default -> null;
    };
  }

  private static String cut(String text, int most) {
    return text.length() <= most ? text : text.substring(0, most) + "…";
  }
}
