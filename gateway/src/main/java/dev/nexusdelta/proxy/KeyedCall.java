package dev.nexusdelta.proxy;

import dev.nexusdelta.exchange.Exchange.Answer;
import dev.nexusdelta.keyed.CallKey;
import dev.nexusdelta.keyed.Claim;
import dev.nexusdelta.keyed.ClaimState;
import dev.nexusdelta.keyed.Fingerprint;
import dev.nexusdelta.keyed.KeyedCalls;
import dev.nexusdelta.keyed.KeyedCalls.Busy;
import dev.nexusdelta.keyed.KeyedCalls.Mine;
import dev.nexusdelta.keyed.KeyedCalls.Over;
import dev.nexusdelta.keyed.KeyedCalls.Reused;
import dev.nexusdelta.keyed.KeyedCalls.Standing;
import dev.nexusdelta.keyed.StoredAnswer;
import dev.nexusdelta.problem.Problem;
import io.vertx.core.AsyncResult;
import io.vertx.core.Future;
import io.vertx.core.MultiMap;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What an {@code Idempotency-Key} adds to a call: it claims the key before anything is sent, keeps
 * the answer before the caller has all of it, and says at the end what became of the claim. A call
 * whose key is taken waits without a replica's place. Stays on one event loop.
 */
final class KeyedCall implements CallAttempts.Listener {
  private static final CharSequence HEADER = HttpHeaders.createOptimized("Idempotency-Key");

  private static final Set<String> SAFE = Set.of("GET", "HEAD", "OPTIONS");

  /** Ends of attempts after which nothing was executed; all others leave it open. */
  private static final Set<String> NOT_EXECUTED =
      Set.of(
          "refused", "connect_timeout", "unreachable", "unsendable", "no_socket", "wrong_replica");

  private final Lane lane;
  private final CallHead head;
  private final Listener listener;
  private final String value;
  private @Nullable Wish wish;
  private @Nullable Claim claim;
  private @Nullable Answer begun;
  private @Nullable KeptBody body;
  private @Nullable String original;
  private String result = "refused";
  private boolean asking;
  private boolean waiting;
  private boolean left;
  private boolean declined;
  private boolean settled;
  private boolean over;

  /** What is sent once the key is claimed. */
  private record Wish(
      CallAttempts attempts,
      Buffer whole,
      @Nullable String tool,
      long endNanos,
      Fingerprint print) {}

  /** The call that carries the key. */
  interface Listener extends CallAttempts.Listener {
    /** It is not executed. */
    void refused(Problem problem);

    /** It has ended without anything more to say to the caller. */
    void endedAlone(int status, @Nullable String code);
  }

  private KeyedCall(Lane lane, CallHead head, String value, Listener listener) {
    this.lane = lane;
    this.head = head;
    this.value = value;
    this.listener = listener;
  }

  /**
   * One for calls that carry a key, null for all others. Methods that change nothing need none:
   * they are called as often as they are asked. Of a call that another gateway passes on, that one
   * has the claim.
   */
  static @Nullable KeyedCall of(Lane lane, CallHead head, Listener listener) {
    String value = head.request().getHeader(HEADER);
    if (value == null || head.hop() != null || SAFE.contains(head.request().method().name())) {
      return null;
    }
    return new KeyedCall(lane, head, value, listener);
  }

  /**
   * The body is here: claims the key, then begins the attempts.
   *
   * @param whole null if it is too large to be held
   */
  void begin(CallAttempts attempts, @Nullable Buffer whole, @Nullable String tool, long endNanos) {
    if (head.request().headers().getAll(HEADER).size() > 1) {
      listener.refused(KeyedRefusals.severalKeys());
    } else if (!CallKey.isValid(value)) {
      listener.refused(KeyedRefusals.invalidKey());
    } else if (whole == null) {
      listener.refused(KeyedRefusals.tooLarge());
    } else {
      Fingerprint print = Fingerprint.of(asked(), head.route().tool(), whole.getBytes());
      Wish wanted = new Wish(attempts, whole, tool, endNanos, print);
      wish = wanted;
      claim(wanted);
    }
  }

  /** Method and path of the agent, and by which of our routes. */
  private String asked() {
    return head.route().kind() + " " + head.request().method() + " " + head.target();
  }

  private void claim(Wish wanted) {
    asking = true;
    result = "refused";
    CallKey key = new CallKey(head.shown().who().caller(), head.agentKey(), value);
    Future<Standing> standing = lane.memory().keyed().claim(key, wanted.print(), head.requestId());
    standing.onComplete(done -> lane.context().runOnContext(here -> stands(wanted, done)));
  }

  private void stands(Wish wanted, AsyncResult<Standing> done) {
    asking = false;
    waiting = false;
    Standing standing = done.failed() ? null : done.result();
    if (over) {
      if (standing instanceof Mine mine) {
        lane.memory().keyed().release(mine.claim());
      }
    } else if (standing == null) {
      listener.refused(KeyedRefusals.notKept(head.agent()));
    } else if (standing instanceof Mine mine) {
      claim = mine.claim();
      wanted.attempts().begin(wanted.whole(), wanted.tool(), wanted.endNanos());
    } else if (standing instanceof Busy busy) {
      waiting = true;
      original = busy.claim().requestId();
      result = "in_progress";
      busy.over().onComplete(ended -> lane.context().runOnContext(here -> again(wanted)));
    } else if (standing instanceof Over ended) {
      original = ended.claim().requestId();
      over(wanted, ended.claim());
    } else if (standing instanceof Reused reused) {
      original = reused.claim().requestId();
      result = "reused";
      listener.refused(KeyedRefusals.reused(reused.claim()));
    } else {
      listener.refused(KeyedRefusals.full());
    }
  }

  private void again(Wish wanted) {
    if (!over && waiting) {
      waiting = false;
      claim(wanted);
    }
  }

  private void over(Wish wanted, Claim ended) {
    ClaimState state = ended.state();
    if (state instanceof ClaimState.Answered answered) {
      result = "replayed";
      KeyedReplies.replay(head, answered.answer(), lane.now(), wanted.attempts());
      listener.endedAlone(answered.answer().status(), null);
    } else if (state instanceof ClaimState.NotKept notKept) {
      result = "not_kept";
      listener.refused(KeyedRefusals.answerNotKept(ended, notKept.status()));
    } else {
      result = "unknown";
      listener.refused(KeyedRefusals.outcomeUnknown(ended));
    }
  }

  /** What to say when the time is up before the call was sent; null if the key is not to blame. */
  @Nullable Problem late(TimeLimit limit) {
    if (waiting) {
      return KeyedRefusals.inProgress(head.agent(), limit, original);
    }
    return asking && claim == null ? KeyedRefusals.notKept(head.agent()) : null;
  }

  // What comes of the call that has the claim.

  @Override
  public void hinted(MultiMap headers) {
    listener.hinted(headers);
  }

  @Override
  public void failed(Problem problem, @Nullable String errorType) {
    listener.failed(problem, errorType);
  }

  @Override
  public void answered(Answer answer) {
    declined = KeptHeaders.asksToRepeat(answer);
    if (declined && !left) {
      listener.answered(answer);
    } else if (answer.length() == 0) {
      keep(answer, declined ? null : Buffer.buffer())
          .onComplete(kept -> lane.context().runOnContext(here -> emptyKept(answer)));
    } else {
      body = new KeptBody(answer, lane.context(), bytes -> keep(answer, bytes));
      if (left) {
        absorb(answer);
      } else {
        begun = answer;
        listener.answered(new Answer(answer.status(), answer.headers(), answer.length(), body));
      }
    }
  }

  private void emptyKept(Answer answer) {
    if (over) {
      return;
    }
    if (left) {
      absorbed(answer);
    } else {
      listener.answered(answer);
    }
  }

  /**
   * The answer has come to its end.
   *
   * @param bytes of its body; null if it is too large to keep
   */
  private Future<Void> keep(Answer answer, @Nullable Buffer bytes) {
    Claim mine = claim;
    if (mine == null || settled || declined) {
      return Future.succeededFuture();
    }
    settled = true;
    result = "executed";
    ClaimState end =
        bytes == null
            ? new ClaimState.NotKept(answer.status())
            : new ClaimState.Answered(
                new StoredAnswer(answer.status(), KeptHeaders.of(answer.headers()), bytes));
    return lane.memory().keyed().end(mine, end);
  }

  /**
   * The caller has left.
   *
   * @return whether the call goes on without: it is executed, and who asks again wants its answer
   */
  boolean goesOn() {
    if (!left && claim != null && !declined && !over) {
      left = true;
      Answer answer = begun;
      if (answer != null) {
        absorb(answer);
      }
    }
    return left;
  }

  /** Takes what is left of the answer, which nobody else takes. */
  private void absorb(Answer answer) {
    KeptBody rest = body;
    Wish wanted = wish;
    if (rest != null && wanted != null) {
      rest.absorb(() -> absorbed(answer), wanted.attempts()::answerBroke);
    }
  }

  private void absorbed(Answer answer) {
    Wish wanted = wish;
    if (wanted != null && !over) {
      wanted.attempts().finished(Delivery.badStatus(answer), lane.now());
      listener.endedAlone(Call.CALLER_LEFT, "caller_left");
    }
  }

  /** The call has ended, however it did. */
  void ended(Tries tries) {
    if (over) {
      return;
    }
    over = true;
    Claim mine = claim;
    if (mine != null && !settled) {
      settled = true;
      settle(mine, tries);
    }
    lane.memory().count(head.agentKey(), result);
  }

  private void settle(Claim mine, Tries tries) {
    KeyedCalls calls = lane.memory().keyed();
    if (declined || wasNotExecuted(tries)) {
      result = "not_executed";
      calls.release(mine);
    } else {
      result = "unknown";
      calls.end(mine, new ClaimState.Unknown("no whole answer came from the agent"));
    }
  }

  /** Whether no attempt can have been executed. */
  static boolean wasNotExecuted(Tries tries) {
    for (Tries.Try each : tries.all()) {
      String reason = each.reason();
      if (reason == null || !NOT_EXECUTED.contains(reason)) {
        return false;
      }
    }
    return true;
  }

  /** What became of the key, as metrics and records call it. */
  String result() {
    return result;
  }

  /** Request id of the call that was executed, if it is another one. */
  @Nullable String original() {
    return original;
  }
}
