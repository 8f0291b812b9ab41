package dev.nexusdelta.proxy;

import dev.nexusdelta.fleet.Replica;
import dev.nexusdelta.hop.Hop;
import dev.nexusdelta.problem.Problem;
import dev.nexusdelta.problem.ProblemWriter;
import io.netty.util.AsciiString;
import io.vertx.core.MultiMap;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.http.HttpVersion;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Writes what the gateway itself says to callers. */
final class Replies {
  private static final CharSequence ATTEMPTS = HttpHeaders.createOptimized("X-Nexus-Attempts");
  private static final CharSequence TIMING = HttpHeaders.createOptimized("Server-Timing");
  private static final byte[] GATEWAY = "gw;dur=".getBytes(StandardCharsets.US_ASCII);
  private static final byte[] AGENT = ", agent;dur=".getBytes(StandardCharsets.US_ASCII);

  /** Of a time: as many as a long has, and the point. */
  private static final int MOST_DIGITS = 20;

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
    ClientConnection connection = ClientConnection.of(request);
    // An answer that was withdrawn may have announced the end already.
    boolean last = close || connection.isOver() || !isSmallRest(request);
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
    // Added, not put in place of others: it is the first that is said.
    MultiMap headers = response.headers();
    RateHeaders.add(head.shown(), response);
    headers.add(HeaderNames.REQUEST_ID, head.requestId());
    Replica replica = attempts.replica();
    if (replica != null) {
      headers.add(HeaderNames.REPLICA, replica.id());
    }
    if (head.hop() != null) {
      headers.add(Hop.HEADER, HopOutcome.ANSWER.label());
      return;
    }
    if (attempts.count() > 1) {
      headers.add(ATTEMPTS, Integer.toString(attempts.count()));
    }
    long agent = attempts.agentNanos(nowNanos);
    headers.add(TIMING, timing(nowNanos - head.startNanos() - agent, agent));
  }

  /** The same on a refusal. */
  static void ownHeaders(
      CallHead head,
      CallAttempts attempts,
      Problem problem,
      long nowNanos,
      HttpServerResponse response) {
    if (attempts.count() > 0 && head.hop() == null) {
      ownHeaders(head, attempts, nowNanos, response);
    }
    RateHeaders.add(head.shown(), response);
    passedOn(head.hop(), problem, attempts.count() > 0, response);
  }

  /** Tells the gateway that passes a call on what its refusal means. */
  static void passedOn(
      @Nullable Hop hop, Problem problem, boolean sent, HttpServerResponse response) {
    if (hop != null && !response.headWritten()) {
      response.putHeader(Hop.HEADER, HopOutcome.of(problem.code(), sent).label());
    }
  }

  /** Whether the rest of a body is short enough to be read and thrown away. */
  static boolean isSmallRest(HttpServerRequest request) {
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

  /** {@code gw;dur=0.123, agent;dur=4.567}, as bytes that are written as they are. */
  static AsciiString timing(long gatewayNanos, long agentNanos) {
    byte[] text = new byte[GATEWAY.length + AGENT.length + 2 * MOST_DIGITS];
    int end = millis(text, put(text, 0, GATEWAY), gatewayNanos);
    end = millis(text, put(text, end, AGENT), agentNanos);
    return new AsciiString(text, 0, end, false);
  }

  private static int put(byte[] to, int at, byte[] text) {
    System.arraycopy(text, 0, to, at, text.length);
    return at + text.length;
  }

  /** Milliseconds with three decimals; the place behind them. */
  private static int millis(byte[] to, int at, long nanos) {
    long micros = TimeUnit.NANOSECONDS.toMicros(Math.max(0, nanos));
    int digits = 4;
    for (long rest = micros / 10_000; rest > 0; rest /= 10) {
      digits++;
    }
    int end = at + digits + 1;
    for (int i = end - 1; i >= at; i--) {
      if (i == end - 4) {
        to[i] = '.';
      } else {
        to[i] = (byte) ('0' + micros % 10);
        micros /= 10;
      }
    }
    return end;
  }
}
