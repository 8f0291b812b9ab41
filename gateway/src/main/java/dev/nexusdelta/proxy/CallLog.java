package dev.nexusdelta.proxy;

import dev.nexusdelta.access.TrustedProxies;
import dev.nexusdelta.fleet.Replica;
import dev.nexusdelta.problem.ProblemCode;
import dev.nexusdelta.telemetry.AccessEntry;
import dev.nexusdelta.telemetry.AccessLog;
import dev.nexusdelta.telemetry.CallMetrics;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/** Records what became of requests: metrics and access log. One per event loop. */
final class CallLog {
  /** Label of agents and tools that nobody knows, so that callers cannot make up series. */
  static final String OTHER = "_other";

  /** Label of all of an agent's own routes together. */
  static final String HTTP = "_http";

  private final CallMetrics metrics;
  private final AccessLog access;
  private final TrustedProxies trusted;
  private final LongSupplier nanos;

  CallLog(CallMetrics metrics, AccessLog access, TrustedProxies trusted, LongSupplier nanos) {
    this.metrics = metrics;
    this.access = access;
    this.trusted = trusted;
    this.nanos = nanos;
  }

  /** A call has ended. */
  void ended(
      CallHead head,
      CallAttempts attempts,
      int status,
      @Nullable String code,
      long bytesIn,
      long bytesOut,
      long now) {
    long total = now - head.startNanos();
    long agentNanos = attempts.agentNanos(now);
    Replica replica = attempts.replica();
    String tool = attempts.tool() == null ? head.toolOfRoute() : attempts.tool();
    if (head.hop() == null) {
      // Counted once: where the caller called.
      if (isJudged(status, code, attempts.count())) {
        metrics.judged(head.agentKey(), status, total);
      }
      metrics.finished(head.agentKey(), head.toolLabel(replica, tool), status, total, agentNanos);
    }
    access.add(
        new AccessEntry(
            head.startMillis(),
            head.requestId(),
            head.agent().name().value(),
            tool,
            replica == null ? null : replica.id(),
            status,
            code,
            attempts.count(),
            total,
            agentNanos,
            bytesIn,
            bytesOut,
            Forwarding.caller(trusted, head.connection(), head.request(), head.hop() != null),
            head.shown().who().name()));
  }

  /**
   * Whether a call says something of its agent: a replica had it, or the gateway could not serve
   * it. What the gateway refuses for the caller's own fault, or answers from memory, does not.
   */
  private static boolean isJudged(int status, @Nullable String code, int attempts) {
    boolean byGateway = code != null && status != Call.CALLER_LEFT;
    return byGateway ? status >= 500 : attempts > 0;
  }

  /** A call was refused because the gateway has too many. */
  void shed(Arrival arrival, String agentKey, String agent) {
    metrics.judged(
        agentKey, ProblemCode.SHEDDING.status(), nanos.getAsLong() - arrival.startNanos());
    refused(arrival, agentKey, agent, ProblemCode.SHEDDING);
  }

  /**
   * A request was refused before it became a call.
   *
   * @param agentKey if there is such an agent
   */
  void refused(
      Arrival arrival, @Nullable String agentKey, @Nullable String asked, ProblemCode code) {
    long total = nanos.getAsLong() - arrival.startNanos();
    boolean hop = arrival.hop() != null;
    if (!hop) {
      metrics.finished(agentKey == null ? OTHER : agentKey, OTHER, code.status(), total, 0);
    }
    access.add(
        new AccessEntry(
            arrival.startMillis(),
            arrival.requestId(),
            asked,
            null,
            null,
            code.status(),
            code.code(),
            0,
            total,
            0,
            0,
            0,
            Forwarding.caller(trusted, arrival.connection(), arrival.request(), hop),
            arrival.shown().who().name()));
  }
}
