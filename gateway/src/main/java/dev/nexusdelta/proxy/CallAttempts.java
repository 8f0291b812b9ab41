package dev.nexusdelta.proxy;

import dev.nexusdelta.exchange.Exchange.Answer;
import dev.nexusdelta.exchange.Exchange.Attempt;
import dev.nexusdelta.exchange.Exchange.Broken;
import dev.nexusdelta.exchange.Exchange.NotSent;
import dev.nexusdelta.exchange.Exchange.Outcome;
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
final class CallAttempts implements PlaceSearch.Listener, HopReply.Listener {
  private static final int MISDIRECTED = 421;

  /** For so long no further call is passed on to a replica that has no place. */
  private static final long FULL_NANOS = TimeUnit.MILLISECONDS.toNanos(20);

  private static final String BROKE_OFF = "its answer broke off";

  private final Lane lane;
  private final CallHead head;
  private final CallSender sender;
  private final AgentLane agentLane;
  private final Listener listener;
  private final Tries tries = new Tries();
  private final PlaceSearch placement;
  private @Nullable Replica replica;
  private @Nullable Attempt attempt;
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
    this.listener = listener;
    this.agentLane = lane.agent(head.agentKey());
    this.placement =
        head.hop() == null
            ? new Placement(lane, head, agentLane, tries, this)
            : new NamedPlace(lane, head, head.hop(), agentLane, this);
    this.sender = new CallSender(lane, head, body, agentLane);
  }

  /**
   * Begins.
   *
   * @param whole body to send; null if it is streamed
   * @param toolName if known
   * @param until when the time is up, monotonic
   */
  void begin(@Nullable Buffer whole, @Nullable String toolName, long until) {
    sender.of(whole, toolName, until);
    tries.found(lane.now());
    placement.of(toolName, until);
    placement.seek();
  }

  /** The replica tried last. */
  @Nullable Replica replica() {
    return replica;
  }

  @Nullable String tool() {
    return sender.tool();
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
    return !isSent() || CallHead.isRepeatable(replica, tool());
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
    Replica to = chosen.replica();
    replica = to;
    tries.begin(to, nowNanos);
    attempt = sender.send(to, nowNanos, this);
    if (over && attempt != null) {
      // The body, read while it was sent, ended the call.
      attempt.cancel();
      attempt = null;
    }
  }

  @Override
  public void unplaced(Problem problem) {
    fail(problem, null);
  }

  @Override
  public void hinted(MultiMap headers) {
    listener.hinted(headers);
  }

  @Override
  public void came(Outcome outcome) {
    if (over || attempt == null) {
      return;
    }
    if (outcome instanceof NotSent notSent) {
      if (notSent.isOurs()) {
        placement.release();
      } else {
        failLease(true, notSent.reason());
      }
      next(
          notSent.reason(),
          false,
          sender.decide(false, false, tries),
          decision -> Refusals.notSent(head.agent(), notSent, decision),
          "destination_unavailable");
    } else if (outcome instanceof Broken broken) {
      broke(broken);
    } else if (outcome instanceof Answer answer && answer.status() == MISDIRECTED) {
      misdirected();
    } else if (outcome instanceof Answer answer) {
      long now = lane.now();
      tries.answered(now);
      long took = sinceSent(now);
      if (placement.answered(took)) {
        agentLane.service().took(took);
        if (head.hop() == null) {
          agentLane.load().answered(took);
        }
      }
      listener.answered(answer);
    }
  }

  @Override
  public void misdirected() {
    cancel();
    placement.release();
    next(
        "wrong_replica",
        false,
        sender.decide(false, false, tries),
        decision -> Refusals.wrongReplica(head.agent(), decision),
        "destination_unavailable");
  }

  /** The call was nowhere yet: it waits its turn, unless somebody else has a place. */
  @Override
  public void full() {
    Replica to = replica;
    if (over || to == null) {
      return;
    }
    long now = lane.now();
    to.fullUntil(now + FULL_NANOS);
    lane.wakeAfter(head.agentKey(), FULL_NANOS);
    cancel();
    placement.release();
    agentNanos += sinceSent(now);
    attempt = null;
    if (!sender.isWhole()) {
      tries.end(now, "wrong_replica");
      fail(Refusals.wrongReplica(head.agent(), Decision.BODY_GONE), null);
      return;
    }
    tries.forgetLast();
    replica = null;
    placement.seek();
  }

  @Override
  public void late() {
    cancel();
    TimeLimit limit = head.limitOf(tool());
    if (limit.own()) {
      failLease(false, "timeout");
    }
    Problem none = Refusals.deadline(head.agent(), limit, "no answer came from");
    fail(none.retryable(isSafeToRepeat()), null);
  }

  private void cancel() {
    if (attempt != null) {
      attempt.cancel();
    }
  }

  /** A tool's own failure cuts its stream, and a process that has died shows by itself. */
  void brokeOff(@Nullable Answer answer) {
    if (answer != null && answer.headers().contains(HeaderNames.STREAM)) {
      placement.release();
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
    cancel();
    failLease(true, broken.detail());
    next(
        "broken",
        true,
        sender.decide(true, CallHead.isRepeatable(from, tool()), tries),
        decision -> Refusals.broke(head.agent(), id, broken, decision),
        broken.errorType());
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
      placement.seekAfter(
          RetryPause.nanos(executed, tries.count(), sender.endNanos() - now, lane.random()));
    } else if (head.hop() != null && !executed) {
      fail(Refusals.replicaGone(head.hop().replica(), reason), errorType);
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
    } else {
      placement.succeed(sinceSent(now));
    }
    over = true;
    lane.shedder().ended();
    if (attempt != null && !attempt.isBodySent()) {
      attempt.cancel();
    }
    agentNanos = agentNanos(now);
    attempt = null;
    tries.end(now, badStatus > 0 ? "status_" + badStatus : null);
  }

  /** The replica is to blame for what ends the call now. */
  void failLease(boolean broken, String reason) {
    placement.fail(sinceSent(lane.now()), broken, reason);
  }

  /** Gives up whatever is under way; nobody is to blame who has not been blamed. */
  void giveUp() {
    over = true;
    placement.giveUp();
    placement.release();
    Attempt given = attempt;
    if (given != null) {
      agentNanos += sinceSent(lane.now());
      attempt = null;
      tries.end(lane.now(), "given_up");
      given.cancel();
    }
  }
}
