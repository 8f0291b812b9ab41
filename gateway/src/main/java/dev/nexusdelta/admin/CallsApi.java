package dev.nexusdelta.admin;

import dev.nexusdelta.calls.CallHistory;
import dev.nexusdelta.calls.CallRecord;
import dev.nexusdelta.manifest.DurationText;
import dev.nexusdelta.problem.Problem;
import dev.nexusdelta.problem.ProblemCode;
import dev.nexusdelta.problem.ProblemException;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.RoutingContext;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** {@code /api/v1/calls}: recent calls, and why they were slow or refused. */
final class CallsApi {
  private static final int USUALLY = 100;
  private static final int MOST = 1000;

  private final CallHistory calls;
  private final InstantSource clock;

  CallsApi(CallHistory calls, InstantSource clock) {
    this.calls = calls;
    this.clock = clock;
  }

  void mount(Routes routes) {
    routes.get(Need.READ, "/api/v1/calls", this::list);
    routes.get(Need.READ, "/api/v1/calls/{requestId}", this::one);
  }

  private void list(RoutingContext ctx) {
    String slow = ctx.queryParams().get("slow");
    // `slow=300ms` asks for calls that took so long; `slow` or `slow=true` for the slowest there
    // are.
    Optional<Duration> atLeast = slow == null ? Optional.empty() : DurationText.parse(slow);
    long since = Params.moment(ctx, "since", clock).map(Instant::toEpochMilli).orElse(0L);
    CallHistory.Wanted wanted =
        new CallHistory.Wanted(
            ctx.queryParams().get("agent"),
            atLeast.isEmpty() && Params.flag(ctx, "slow", false),
            atLeast.orElse(Duration.ZERO),
            ctx.queryParams().get("code"),
            since);
    List<CallRecord> found = calls.list(wanted, Params.number(ctx, "limit", USUALLY, MOST));
    Answers.json(ctx, 200, new JsonObject().put("calls", AgentJson.list(found, CallsApi::json)));
  }

  private void one(RoutingContext ctx) {
    String id = String.valueOf(ctx.pathParam("requestId"));
    CallRecord call =
        calls
            .find(id)
            .orElseThrow(
                () ->
                    new ProblemException(
                        Problem.of(
                                ProblemCode.NOT_FOUND,
                                "no call with this request id is kept by this gateway")
                            .hint(
                                "kept for 24 hours at most: failed calls, the slowest of each"
                                    + " agent and minute, and a sample of the rest; every call is"
                                    + " in the access log, logs/access.jsonl of the data folder")));
    Answers.json(ctx, 200, json(call));
  }

  private static JsonObject json(CallRecord call) {
    CallRecord.Problem problem = call.problem();
    CallRecord.Deadline deadline = call.deadline();
    CallRecord.Keyed keyed = call.keyed();
    return new JsonObject()
        .put("requestId", call.requestId())
        .put("at", Instant.ofEpochMilli(call.atMillis()).toString())
        .put("agent", call.agent())
        .put("tool", call.tool())
        .put("status", call.status())
        .put("code", problem == null ? null : problem.code())
        .put("detail", problem == null ? null : problem.detail())
        .put("hint", problem == null ? null : problem.hint())
        .put("limit", problem == null ? null : problem.limit())
        .put("kept", call.kept().name().toLowerCase(java.util.Locale.ROOT))
        .put("durationMs", millis(call.phases().done()))
        .put("phases", phases(call.phases()))
        .put("waits", AgentJson.list(call.waits(), CallsApi::wait))
        .put("attempts", AgentJson.list(call.attempts(), CallsApi::attempt))
        .put(
            "deadline",
            deadline == null
                ? null
                : new JsonObject()
                    .put("ms", millis(deadline.nanos()))
                    .put("source", deadline.source()))
        .put(
            "key",
            keyed == null
                ? null
                : new JsonObject().put("result", keyed.result()).put("original", keyed.original()))
        .put("bytesIn", call.bytesIn())
        .put("bytesOut", call.bytesOut())
        .put("caller", call.caller());
  }

  private static JsonObject phases(CallRecord.Phases phases) {
    return new JsonObject()
        .put("receivedMs", 0)
        .put("bodyMs", millis(phases.body()))
        .put("sentMs", millis(phases.sent()))
        .put("firstByteMs", millis(phases.firstByte()))
        .put("doneMs", millis(phases.done()));
  }

  private static JsonObject wait(CallRecord.Wait wait) {
    return new JsonObject()
        .put("fromMs", millis(wait.from()))
        .put("untilMs", millis(wait.until()))
        .put("replicas", wait.routable())
        .put("busy", wait.busy())
        .put("concurrency", wait.concurrency());
  }

  private static JsonObject attempt(CallRecord.Attempt attempt) {
    return new JsonObject()
        .put("replica", attempt.replica())
        .put("sentMs", millis(attempt.sent()))
        .put("endMs", millis(attempt.end()))
        .put("outcome", attempt.reason() == null ? "answered" : attempt.reason());
  }

  /** With three decimals; null for what did not happen. */
  private static @Nullable Double millis(long nanos) {
    return nanos < 0 ? null : Math.round(nanos / 1e3) / 1e3;
  }
}
