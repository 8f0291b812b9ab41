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
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What an {@code Idempotency-Key} adds to a call: it claims the key before anything is sent, keeps
 * the answer before the caller has all of it, and says at the end what became of the claim. A call
 * whose key is taken waits without a replica's place. Stays on one event loop.
 */
final class KeyedCall {
  private static final String HEADER = "Idempotency-Key";

  /** Ends of attempts after which nothing was executed; all others leave it open. */
  private static final Set<String> NOT_EXECUTED =
      Set.of("refused", "connect_timeout", "unreachable", "wrong_replica");

  private final Lane lane;
  private final CallHead head;
  private final Listener listener;
  private final String value;
  private @Nullable Buffer whole;
  private @Nullable String tool;
  private @Nullable Fingerprint print;
  private @Nullable Claim claim;
  private @Nullable KeptBody body;
  private @Nullable String original;
  private String result = "refused";
  private boolean asking;
  private boolean waiting;
  private boolean left;
  private boolean declined;
  private boolean settled;
  private boolean over;

  /** What comes of the key. */
  interface Listener {
    /** The call is the one to be executed. */
    void execute(@Nullable Buffer whole, @Nullable String tool);

    /** It was executed before; this was the answer. */
    void replay(StoredAnswer answer);

    /** It is not executed. */
    void refused(Problem problem);

    /** Hands the answer to the caller. */
    void deliver(Answer answer);

    /** The caller has left, and the answer is kept for the next one. */
    void absorbed();

    /** The caller has left, and the answer broke off. */
    void absorbingBroke();
  }

  private KeyedCall(Lane lane, CallHead head, String value, Listener listener) {
    this.lane = lane;
    this.head = head;
    this.value = value;
    this.listener = listener;
  }

  /** One for calls that carry a key, null for all others. */
  static @Nullable KeyedCall of(Lane lane, CallHead head, Listener listener) {
    String value = head.request().getHeader(HEADER);
    return value == null ? null : new KeyedCall(lane, head, value, listener);
  }

  /** What is wrong with the header; null if nothing is. */
  @Nullable Problem fault() {
    HttpServerRequest request = head.request();
    if (request.headers().getAll(HEADER).size() > 1) {
      return KeyedRefusals.severalKeys();
    }
    return CallKey.isValid(value) ? null : KeyedRefusals.invalidKey();
  }

  /** The body is here: claims the key. */
  void begin(Buffer newWhole, @Nullable String newTool) {
    whole = newWhole;
    tool = newTool;
    print = Fingerprint.of(head.route().kind().name(), head.route().tool(), newWhole.getBytes());
    claim();
  }

  private void claim() {
    Fingerprint wanted = print;
    if (wanted == null) {
      return;
    }
    asking = true;
    CallKey key = new CallKey(CallKey.Caller.ANONYMOUS, head.agentKey(), value);
    Future<Standing> standing = lane.memory().keyed().claim(key, wanted, head.requestId());
    standing.onComplete(done -> lane.context().runOnContext(here -> stands(done)));
  }

  private void stands(AsyncResult<Standing> done) {
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
      listener.execute(whole, tool);
    } else if (standing instanceof Busy busy) {
      waiting = true;
      original = busy.claim().requestId();
      result = "in_progress";
      busy.over().onComplete(ended -> lane.context().runOnContext(here -> again()));
    } else if (standing instanceof Over ended) {
      original = ended.claim().requestId();
      over(ended.claim());
    } else if (standing instanceof Reused reused) {
      original = reused.claim().requestId();
      result = "reused";
      listener.refused(KeyedRefusals.reused(reused.claim()));
    } else {
      listener.refused(KeyedRefusals.full());
    }
  }

  private void again() {
    if (!over && waiting) {
      waiting = false;
      claim();
    }
  }

  private void over(Claim ended) {
    ClaimState state = ended.state();
    if (state instanceof ClaimState.Answered answered) {
      result = "replayed";
      listener.replay(answered.answer());
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

  /** An agent answers the call that has the claim. */
  void answered(Answer answer) {
    declined = KeptHeaders.asksToRepeat(answer);
    if (declined) {
      deliver(answer);
    } else if (answer.length() == 0) {
      keep(answer, Buffer.buffer())
          .onComplete(kept -> lane.context().runOnContext(here -> deliver(answer)));
    } else {
      KeptBody kept = new KeptBody(answer, lane.context(), bytes -> keep(answer, bytes));
      body = kept;
      deliver(new Answer(answer.status(), answer.headers(), answer.length(), kept));
    }
  }

  private void deliver(Answer answer) {
    if (over) {
      return;
    }
    if (!left) {
      listener.deliver(answer);
    } else if (answer.length() == 0) {
      listener.absorbed();
    } else if (body == null || declined) {
      listener.absorbingBroke();
    } else {
      absorb();
    }
  }

  /**
   * The answer has come to its end.
   *
   * @param bytes of its body; null if it is too large to keep
   */
  private Future<Void> keep(Answer answer, @Nullable Buffer bytes) {
    Claim mine = claim;
    if (mine == null || settled) {
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
    left = left || (claim != null && !over);
    return left;
  }

  /** Takes the rest of the answer, which nobody else takes. */
  void absorb() {
    KeptBody current = body;
    if (current != null) {
      current.absorb(listener::absorbed, listener::absorbingBroke);
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
