package dev.nexusdelta.admin;

import dev.nexusdelta.problem.Problem;
import dev.nexusdelta.problem.ProblemCode;
import dev.nexusdelta.problem.ProblemException;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.RoutingContext;
import java.time.InstantSource;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** All open followers: how many there may be, and how all of them end together. Thread-safe. */
final class Followers {
  private static final int MOST = 512;

  private final Admission admission;
  private final InstantSource clock;
  private final Set<Follower> open = ConcurrentHashMap.newKeySet();
  private volatile boolean closed;

  /**
   * @param clock for keys that expire
   */
  Followers(Admission admission, InstantSource clock) {
    this.admission = admission;
    this.clock = clock;
  }

  /**
   * Starts a stream as the answer to this request. It ends before it would tell anything to a key
   * that was revoked or has expired meanwhile.
   *
   * @throws ProblemException 503 when there are too many, or the gateway is shutting down
   */
  Follower open(RoutingContext ctx, String contentType) {
    if (closed) {
      throw new ProblemException(
          Problem.of(ProblemCode.DRAINING, "the gateway is shutting down").retryAfter(5));
    }
    if (open.size() >= MOST) {
      throw new ProblemException(
          Problem.of(ProblemCode.SHEDDING, MOST + " callers follow logs or events already")
              .hint("close some of them, or read without follow")
              .retryAfter(5));
    }
    Caller caller = Caller.known(ctx);
    HttpServerResponse response =
        ctx.response()
            .setChunked(true)
            .putHeader("Content-Type", contentType)
            .putHeader("Cache-Control", "no-store")
            .putHeader("X-Accel-Buffering", "no");
    Follower follower = new Follower(Answers.context(ctx), response, () -> isPermitted(caller));
    open.add(follower);
    follower.onEnd(() -> open.remove(follower));
    if (closed || response.closed()) {
      follower.end();
    } else {
      response.writeHead();
    }
    return follower;
  }

  private boolean isPermitted(Caller caller) {
    return caller
        .key()
        .map(key -> admission.keys().ring().holds(key, clock.instant()))
        .orElse(true);
  }

  int count() {
    return open.size();
  }

  /** Ends all of them and lets no new one in. */
  void close() {
    closed = true;
    open.forEach(Follower::end);
  }
}
