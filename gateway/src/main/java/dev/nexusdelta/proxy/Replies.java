package dev.nexusdelta.proxy;

import dev.nexusdelta.fleet.Replica;
import dev.nexusdelta.problem.Problem;
import dev.nexusdelta.problem.ProblemWriter;
import io.vertx.core.MultiMap;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.http.HttpVersion;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Writes what the gateway itself says to callers. */
final class Replies {
  private static final CharSequence REQUEST_ID = HttpHeaders.createOptimized("X-Request-Id");
  private static final CharSequence REPLICA = HttpHeaders.createOptimized("X-Nexus-Replica");
  private static final CharSequence ATTEMPTS = HttpHeaders.createOptimized("X-Nexus-Attempts");
  private static final CharSequence TIMING = HttpHeaders.createOptimized("Server-Timing");

  private Replies() {}

  /**
   * Answers with a problem. Where the rest of the body is long, or must not be trusted, the
   * connection ends with it.
   *
   * @param errorType of RFC 9209; null = the usual one of the code
   * @param close whether the connection ends in any case
   */
  static void refuse(
      HttpServerRequest request,
      Problem problem,
      @Nullable String errorType,
      ProblemWriter.Place place,
      boolean close) {
    HttpServerResponse response = request.response();
    if (response.ended() || response.closed()) {
      return;
    }
    boolean last = close || !isSmallRest(request);
    ClientConnection connection = ClientConnection.of(request);
    if (last) {
      connection.announceEnd(response);
    }
    if (errorType == null) {
      ProblemWriter.send(response, problem, place);
    } else {
      ProblemWriter.send(response, problem, place, errorType);
    }
    if (last) {
      connection.linger(request);
    }
  }

  /** The gateway's own headers on an agent's answer. */
  static void ownHeaders(
      CallHead head, CallAttempts attempts, long nowNanos, HttpServerResponse response) {
    if (response.headWritten()) {
      return;
    }
    response.putHeader(REQUEST_ID, head.requestId());
    Replica replica = attempts.replica();
    if (replica != null) {
      response.putHeader(REPLICA, replica.id());
    }
    if (attempts.count() > 1) {
      response.putHeader(ATTEMPTS, Integer.toString(attempts.count()));
    }
    long agent = attempts.agentNanos();
    StringBuilder timing = new StringBuilder(40).append("gw;dur=");
    millis(timing, nowNanos - head.startNanos() - agent);
    millis(timing.append(", agent;dur="), agent);
    response.headers().add(TIMING, timing.toString());
  }

  private static boolean isSmallRest(HttpServerRequest request) {
    if (request.isEnded()) {
      return true;
    }
    if (request.headers().contains(HttpHeaders.TRANSFER_ENCODING)
        || request.headers().contains("expect")) {
      return false;
    }
    return declaredLength(request) <= CallBody.HELD;
  }

  /** Length of the body by its framing; negative if not known. The decoder has checked the form. */
  static long declaredLength(HttpServerRequest request) {
    String length = request.getHeader(HttpHeaders.CONTENT_LENGTH);
    if (length != null) {
      return Long.parseLong(length.trim());
    }
    return request.headers().contains(HttpHeaders.TRANSFER_ENCODING) ? -1 : 0;
  }

  /** Passes on what an agent says ahead of its answer. */
  static void hint(HttpServerRequest request, MultiMap hints) {
    if (request.version() != HttpVersion.HTTP_1_0) {
      MultiMap shown = HttpHeaders.headers();
      HeadRules.toCaller(hints, shown);
      request.response().writeEarlyHints(shown);
    }
  }

  /**
   * Says what changes nothing to a caller that may have gone, to learn whether it has.
   *
   * @param withinChunks whether an answer in chunks is under way
   */
  static void probe(HttpServerRequest request, boolean withinChunks) {
    if (request.version() != HttpVersion.HTTP_1_1 || request.response().closed()) {
      return;
    }
    if (withinChunks) {
      ClientConnection.of(request).probeBetweenChunks();
    } else {
      request.response().writeContinue();
    }
  }

  /** Milliseconds with three decimals. */
  private static void millis(StringBuilder to, long nanos) {
    long micros = TimeUnit.NANOSECONDS.toMicros(Math.max(0, nanos));
    to.append(micros / 1000).append('.');
    long rest = micros % 1000;
    to.append(rest < 100 ? "0" : "").append(rest < 10 ? "0" : "").append(rest);
  }
}
