package dev.nexusdelta.admin;

import dev.nexusdelta.keys.ApiKey;
import dev.nexusdelta.problem.Problem;
import dev.nexusdelta.problem.ProblemCode;
import dev.nexusdelta.problem.ProblemException;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.RoutingContext;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** All open followers: how many there may be, and how all of them end together. Thread-safe. */
final class Followers {
  private static final int MOST = 512;

  private final Admission admission;
  private final InstantSource clock;
  private final Map<Follower, Caller> open = new ConcurrentHashMap<>();
  private volatile boolean closed;

  /**
   * @param clock for keys that expire
   */
  Followers(Admission admission, InstantSource clock) {
    this.admission = admission;
    this.clock = clock;
    admission.keys().watch(this::endUnpermitted);
  }

  /**
   * Starts a stream as the answer to this request. It ends when the key that it was asked for with
   * is revoked or expires.
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
    // Another gateway of the cluster is none: it looks after whom it asks for by itself.
    Caller caller = Caller.of(ctx).orElse(Caller.OPERATOR);
    HttpServerResponse response =
        ctx.response()
            .setChunked(true)
            .putHeader("Content-Type", contentType)
            .putHeader("Cache-Control", "no-store")
            .putHeader("X-Accel-Buffering", "no");
    Follower follower = new Follower(Answers.context(ctx), response);
    open.put(follower, caller);
    follower.onEnd(() -> open.remove(follower));
    caller.key().flatMap(ApiKey::expires).ifPresent(end -> endAt(ctx.vertx(), follower, end));
    // Looked at once more: from here on it is found when its key goes.
    if (closed || response.closed() || !isPermitted(caller)) {
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

  private void endUnpermitted() {
    open.forEach(
        (follower, caller) -> {
          if (!isPermitted(caller)) {
            follower.end();
          }
        });
  }

  private void endAt(Vertx vertx, Follower follower, Instant end) {
    long left = Math.max(1, Duration.between(clock.instant(), end).toMillis() + 1);
    long timer = vertx.setTimer(left, over -> follower.end());
    follower.onEnd(() -> vertx.cancelTimer(timer));
  }

  int count() {
    return open.size();
  }

  /** Ends all of them and lets no new one in. */
  void close() {
    closed = true;
    open.keySet().forEach(Follower::end);
  }
}
