package dev.nexusdelta.proxy;

import dev.nexusdelta.exchange.Exchange.Answer;
import dev.nexusdelta.problem.Problem;
import dev.nexusdelta.problem.ProblemCode;
import dev.nexusdelta.problem.ProblemWriter;
import io.vertx.core.MultiMap;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClosedException;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.http.StreamResetException;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * One call, from its head to its last byte: body, attempts, answer. Whatever happens, it ends
 * exactly once. Stays on one event loop.
 */
final class Call
    implements CallBody.Listener, KeyedCall.Listener, Delivery.Listener, CallClock.Listener {
  /** What the log says when the caller did not wait. */
  static final int CALLER_LEFT = 499;

  private static final long PROBE_AGAIN = TimeUnit.MILLISECONDS.toNanos(100);

  private final Lane lane;
  private final CallHead head;
  private final CallBody body;
  private final @Nullable KeyedCall keyed;
  private final CallAttempts attempts;
  private final CallClock clock;
  private final HttpServerResponse response;
  private @Nullable Delivery delivery;
  private @Nullable Answer answer;
  private @Nullable Problem refusal;
  private boolean done;

  Call(Lane lane, CallHead head) {
    this.lane = lane;
    this.head = head;
    this.response = head.request().response();
    this.clock = new CallClock(lane, head, this);
    this.body = CallBody.of(head, this);
    this.keyed = KeyedCall.of(lane, head, this);
    this.attempts = new CallAttempts(lane, head, body, keyed == null ? this : keyed);
  }

  /** Begins to read the body; all else follows from what arrives. */
  void start() {
    lane.began(head, attempts.agentLane());
    head.connection().begin(head.request(), this, head.startNanos());
    response.closeHandler(closed -> callerLeft());
    clock.awaitDeadline();
    if (head.expectsContinue() && body.fits()) {
      response.writeContinue();
    }
    body.read();
  }

  // The body.

  @Override
  public void held(Buffer whole) {
    begin(Asked.of(head, whole));
  }

  @Override
  public void large() {
    begin(Asked.large(head));
  }

  private void begin(Asked asked) {
    if (asked.fault() != null) {
      refuse(asked.fault(), null);
    } else if (!done) {
      begin(asked.whole(), asked.tool());
    }
  }

  private void begin(@Nullable Buffer whole, @Nullable String tool) {
    clock.tighten(head.limitOf(tool));
    if (keyed == null) {
      attempts.begin(whole, tool, clock.endNanos());
    } else {
      keyed.begin(attempts, whole, tool, clock.endNanos());
    }
  }

  @Override
  public void refused(Problem problem) {
    refuse(problem, null);
  }

  @Override
  public void broken(Throwable cause) {
    if (done || head.request().isEnded()) {
      return;
    }
    if (cause instanceof HttpClosedException || cause instanceof StreamResetException) {
      callerLeft();
    } else {
      refuse(Refusals.undecodable(cause), null);
      head.connection().flush();
    }
  }

  // The answer.

  @Override
  public void answered(Answer newAnswer) {
    Delivery to = new Delivery(head.request(), newAnswer, this);
    answer = newAnswer;
    delivery = to;
    Replies.ownHeaders(head, attempts, attempts.tries().answeredNanos(), response);
    if (!body.isEnded() || to.endsWithConnection()) {
      head.connection().announceEnd(response);
    }
    if (to.isOpenEnded()) {
      clock.awaitIdle();
    }
    to.start();
  }

  @Override
  public void hinted(MultiMap hints) {
    if (!done && delivery == null) {
      Replies.hint(head.request(), hints);
    }
  }

  @Override
  public void progress() {
    clock.progress();
  }

  @Override
  public void delivered() {
    if (done || answer == null || delivery == null) {
      return;
    }
    int status = answer.status();
    long now = lane.now();
    attempts.finished(Delivery.badStatus(answer), now);
    boolean close = !body.isEnded() || delivery.endsWithConnection();
    end(status, null, now);
    head.connection().end(this, now);
    if (close) {
      head.connection().linger(head.request());
    }
  }

  @Override
  public void cutShort(Throwable cause) {
    attempts.brokeOff(answer);
    if (withdrawDelivery()) {
      clock.awaitDeadline();
      attempts.answerBroke();
      return;
    }
    abort(ProblemCode.REPLICA_BROKE);
  }

  @Override
  public void failed(Problem problem, @Nullable String errorType) {
    refuse(problem, errorType);
  }

  // Time, and callers who leave.

  @Override
  public void deadlinePassed() {
    if (done) {
      return;
    }
    TimeLimit limit = clock.limit();
    Problem late = keyed == null ? null : keyed.late(limit);
    if (late != null) {
      refuse(late, null);
      return;
    }
    boolean callerIsLate = !body.isEnded() && !attempts.isHeldUp();
    if (delivery != null || (attempts.isSent() && !callerIsLate)) {
      if (limit.own() && !callerIsLate && (delivery == null || !delivery.isHeldUp())) {
        attempts.failLease(false, "timeout");
      }
      Problem none = Refusals.deadline(head.agent(), limit, "no answer came from");
      refuse(
          none.retryable(attempts.isSafeToRepeat()),
          attempts.isHeldUp() ? "connection_write_timeout" : null);
    } else {
      refuse(
          attempts.isWaiting()
              ? Refusals.noPlace(head.agent(), limit, lane.isBusy(head.agentKey()))
              : Refusals.bodyTooSlow(limit),
          null);
    }
  }

  @Override
  public void idlePassed() {
    if (done || delivery == null) {
      return;
    }
    if (!delivery.isHeldUp()) {
      attempts.failLease(false, "timeout");
    }
    abort(ProblemCode.DEADLINE_EXCEEDED);
  }

  /** A body that crawls ends the call; asked now and then. */
  void checkBody(Duration window, long nowNanos) {
    if (!done && delivery == null && body.isTooSlow(nowNanos, window.toNanos())) {
      refuse(Refusals.bodyCrawls(window), null);
    }
  }

  /** The caller may only have ended its own side: what follows shows whether it is still there. */
  void inputClosed(boolean within) {
    if (done) {
      return;
    }
    // All of a request may be here although its end was not read yet: the agent is slower.
    if (within && !head.request().isEnded()) {
      callerLeft();
      head.connection().close();
    } else {
      // Twice: the system of a caller that has gone answers the first with a reset, which the
      // second meets. For a caller that listens an interim answer changes nothing.
      probe();
      lane.after(PROBE_AGAIN, this::probe);
    }
  }

  private void probe() {
    if (!done && (delivery == null || delivery.isInChunks())) {
      Replies.probe(head.request(), delivery != null);
    }
  }

  /** The gateway ends before the call does. */
  void cutOff() {
    refuse(Refusals.draining().retryable(attempts.isSafeToRepeat()), null);
  }

  private void callerLeft() {
    if (done) {
      return;
    }
    stopDelivery();
    if (head.hop() != null && delivery == null && body.isEnded() && clock.hasOwnPassed()) {
      // The other gateway gives up at the same moment, and the alarm here is later.
      attempts.failLease(false, "timeout");
    }
    if (keyed != null && keyed.goesOn()) {
      clock.awaitDeadline();
    } else {
      attempts.giveUp();
      end(CALLER_LEFT, "caller_left", lane.now());
    }
  }

  // Ends.

  @Override
  public void endedAlone(int status, @Nullable String code) {
    if (!done) {
      end(status, code, lane.now());
      head.connection().end(this, lane.now());
    }
  }

  private void refuse(Problem problem, @Nullable String errorType) {
    if (done) {
      return;
    }
    if (delivery != null && !withdrawDelivery()) {
      abort(problem.code());
      return;
    }
    attempts.giveUp();
    refusal = problem;
    Replies.ownHeaders(head, attempts, problem, lane.now(), response);
    end(problem.code().status(), problem.code().code(), lane.now());
    Replies.refuse(
        head.request(),
        problem,
        errorType,
        new ProblemWriter.Place(
            head.request().path(), head.agent().name().value(), head.requestId()),
        problem.code() == ProblemCode.REQUEST_TIMEOUT);
    head.connection().end(this, lane.now());
  }

  /** Part of an answer is out: the only honest end is a broken connection. */
  private void abort(ProblemCode code) {
    if (done) {
      return;
    }
    stopDelivery();
    attempts.giveUp();
    end(code.status(), code.code(), lane.now());
    head.connection().abort(head.request(), delivery != null && delivery.endsWithConnection());
  }

  /** Takes the answer back, unless some of it is out. */
  private boolean withdrawDelivery() {
    Delivery current = delivery;
    if (current == null || current.isBegun()) {
      return false;
    }
    current.withdraw();
    delivery = null;
    answer = null;
    return true;
  }

  private void stopDelivery() {
    if (delivery != null) {
      delivery.stop();
    }
  }

  private void end(int status, @Nullable String code, long now) {
    done = true;
    clock.stop();
    head.connection().over(this);
    if (keyed != null) {
      keyed.ended(attempts.tries());
    }
    long out = delivery == null ? 0 : delivery.bytes();
    lane.log().ended(head, attempts, status, code, body.bytes(), out, now);
    lane.recorder()
        .ended(head, attempts, status, code, refusal, keyed, clock.limit(), body.bytes(), out, now);
    lane.ended(head, attempts.agentLane(), now);
  }
}
