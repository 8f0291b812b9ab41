package dev.nexusdelta.proxy;

import dev.nexusdelta.exchange.Exchange;
import dev.nexusdelta.exchange.Exchange.Answer;
import dev.nexusdelta.exchange.Exchange.Attempt;
import dev.nexusdelta.exchange.Exchange.Broken;
import dev.nexusdelta.exchange.Exchange.NotSent;
import dev.nexusdelta.exchange.Exchange.Outcome;
import dev.nexusdelta.exchange.Exchange.Target;
import dev.nexusdelta.fleet.AgentView;
import dev.nexusdelta.fleet.Lease;
import dev.nexusdelta.fleet.Replica;
import dev.nexusdelta.problem.Problem;
import dev.nexusdelta.proxy.RetryRule.Decision;
import io.vertx.core.MultiMap;
import io.vertx.core.buffer.Buffer;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Finds a replica for a call, sends it, and sends it again where {@link RetryRule} allows. Every
 * lease taken here ends here, exactly once. Stays on one event loop.
 */
final class CallAttempts implements Placement.Listener, Exchange.Listener {
  private static final int MISDIRECTED = 421;
  private static final String BROKE_OFF = "its answer broke off";

  private final Lane lane;
  private final CallHead head;
  private final CallBody body;
  private final AgentLane agentLane;
  private final String trace;
  private final Listener listener;
  private final Tries tries = new Tries();
  private final Placement placement;
  private @Nullable Buffer held;
  private @Nullable String tool;
  private @Nullable Replica replica;
  private @Nullable Lease lease;
  private @Nullable Attempt attempt;
  private long endNanos;
  private long agentNanos;
  private boolean over;

  /** What comes of it. */
  interface Listener {
    /** A replica answers. */
    void answered(Answer answer);

    /** A replica says ahead of its answer what that will name. */
    void hinted(MultiMap headers);

    /** None will. */
    void failed(Problem problem, @Nullable String errorType);
  }

  CallAttempts(Lane lane, CallHead head, CallBody body, Listener listener) {
    this.lane = lane;
    this.head = head;
    this.body = body;
    this.listener = listener;
    this.agentLane = lane.agent(head.agentKey());
    this.placement = new Placement(lane, head, agentLane, tries, this);
    this.trace = lane.ids().traceparent(head.request().getHeader(HeaderNames.TRACEPARENT));
  }

  /**
   * Begins.
   *
   * @param whole body to send; null if it is streamed
   * @param toolName if known
   * @param until when the time is up, monotonic
   */
  void begin(@Nullable Buffer whole, @Nullable String toolName, long until) {
    held = whole;
    tool = toolName;
    endNanos = until;
    tries.found(lane.now());
    placement.of(toolName, until);
    placement.seek();
  }

  /** The replica tried last. */
  @Nullable Replica replica() {
    return replica;
  }

  @Nullable String tool() {
    return tool;
  }

  int count() {
    return tries.count();
  }

  boolean isWaiting() {
    return placement.isWaiting();
  }

  boolean isSent() {
    return attempt != null;
  }

  /** Whether the call was not executed, as far as is known, or may be executed twice. */
  boolean isSafeToRepeat() {
    return !isSent() || CallHead.isRepeatable(replica, tool);
  }

  /** Whether the replica takes the body more slowly than the caller sends it, at the moment. */
  boolean isHeldUp() {
    return attempt != null && attempt.isHeldUp();
  }

  /** Time spent at agents so far. */
  long agentNanos(long now) {
    return agentNanos + (attempt == null ? 0 : sinceSent(now));
  }

  /** What this loop knows of the agent. */
  AgentLane agentLane() {
    return agentLane;
  }

  /** What was tried so far. */
  Tries tries() {
    return tries;
  }

  private long sinceSent(long now) {
    return tries.isEmpty() ? 0 : now - tries.last().sentNanos();
  }

  @Override
  public void placed(Lease chosen, long nowNanos) {
    send(chosen, nowNanos);
  }

  @Override
  public void unplaced(Problem problem) {
    fail(problem, null);
  }

  private void send(Lease chosen, long now) {
    long left = Math.max(1, TimeUnit.NANOSECONDS.toMillis(endNanos - now));
    lease = chosen;
    replica = chosen.replica();
    tries.begin(chosen.replica(), now);
    attempt =
        lane.exchange()
            .begin(
                new Target(chosen.replica().id(), chosen.replica().address()),
                head.outgoing(chosen.replica().id(), trace, left, held, body),
                this);
    if (over && attempt != null) {
      // The body, read while it was sent, ended the call.
      attempt.cancel();
      attempt = null;
    }
  }

  @Override
  public void hinted(MultiMap headers) {
    listener.hinted(headers);
  }

  @Override
  public void came(Outcome outcome) {
    Attempt from = attempt;
    if (over || from == null) {
      return;
    }
    if (outcome instanceof NotSent notSent) {
      if (notSent.isOurs()) {
        releaseLease();
      } else {
        failLease(true, notSent.reason());
      }
      next(
          notSent.reason(),
          false,
          decide(false, false),
          decision -> Refusals.notSent(head.agent(), notSent, decision),
          "destination_unavailable");
    } else if (outcome instanceof Broken broken) {
      broke(broken);
    } else if (outcome instanceof Answer answer && answer.status() == MISDIRECTED) {
      from.cancel();
      releaseLease();
      next(
          "wrong_replica",
          false,
          decide(false, false),
          decision -> Refusals.wrongReplica(head.agent(), decision),
          "destination_unavailable");
    } else if (outcome instanceof Answer answer) {
      long now = lane.now();
      tries.answered(now);
      if (lease != null) {
        long took = sinceSent(now);
        lease.answered(took);
        agentLane.service().took(took);
        agentLane.load().answered(took);
      }
      listener.answered(answer);
    }
  }

  /** A tool's own failure cuts its stream, and a process that has died shows by itself. */
  void brokeOff(@Nullable Answer answer) {
    if (answer != null && answer.headers().contains(HeaderNames.STREAM)) {
      releaseLease();
    } else {
      failLease(true, BROKE_OFF);
    }
  }

  /** The answer handed on broke off before the caller saw any of it. */
  void answerBroke() {
    broke(new Broken("connection_terminated", BROKE_OFF));
  }

  private void broke(Broken broken) {
    Replica from = replica;
    String id = from == null ? "" : from.id();
    failLease(true, broken.detail());
    next(
        "broken",
        true,
        decide(true, CallHead.isRepeatable(from, tool)),
        decision -> Refusals.broke(head.agent(), id, broken, decision),
        broken.errorType());
  }

  private Decision decide(boolean executed, boolean repeatable) {
    AgentView agent = lane.fleet().view().agent(head.agentKey());
    long now = lane.now();
    return RetryRule.decide(
        new RetryRule.Facts(
            executed,
            repeatable,
            held != null || body.isWhole(),
            false,
            now < endNanos,
            agent != null && AgentLane.hasUntried(agent, tries),
            agentLane.budget().allows(now)));
  }

  private void next(
      String reason,
      boolean executed,
      Decision decision,
      Function<Decision, Problem> problem,
      String errorType) {
    long now = lane.now();
    agentNanos += sinceSent(now);
    attempt = null;
    tries.end(now, reason);
    if (decision.isAgain()) {
      agentLane.budget().repeated(now);
      lane.metrics().retried(head.agentKey(), reason);
      placement.seekAfter(RetryPause.nanos(executed, tries.count(), endNanos - now, lane.random()));
    } else {
      fail(problem.apply(decision), errorType);
    }
  }

  private void fail(Problem problem, @Nullable String errorType) {
    giveUp();
    listener.failed(problem, errorType);
  }

  /**
   * The answer is through.
   *
   * @param badStatus of an answer that counts against the replica; 0 if it does not
   */
  void finished(int badStatus, long now) {
    if (badStatus > 0) {
      failLease(false, "status " + badStatus);
    } else if (lease != null) {
      Lease good = lease;
      lease = null;
      good.success(sinceSent(now));
    }
    over = true;
    lane.shedder().ended();
    if (attempt != null && !attempt.isBodySent()) {
      attempt.cancel();
    }
    agentNanos = agentNanos(now);
    attempt = null;
    tries.end(now, badStatus > 0 ? "status_" + badStatus : null);
    placement.freed();
  }

  /** The replica is to blame for what ends the call now. */
  void failLease(boolean broken, String reason) {
    Lease bad = lease;
    if (bad != null) {
      lease = null;
      bad.failure(sinceSent(lane.now()), broken, reason);
      placement.freed();
    }
  }

  /** Gives up whatever is under way; nobody is to blame who has not been blamed. */
  void giveUp() {
    over = true;
    placement.giveUp();
    releaseLease();
    Attempt given = attempt;
    if (given != null) {
      agentNanos += sinceSent(lane.now());
      attempt = null;
      tries.end(lane.now(), "given_up");
      given.cancel();
    }
  }

  private void releaseLease() {
    Lease unused = lease;
    if (unused != null) {
      lease = null;
      unused.release();
      placement.freed();
    }
  }
}
