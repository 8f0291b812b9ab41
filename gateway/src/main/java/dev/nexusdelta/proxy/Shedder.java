package dev.nexusdelta.proxy;

import dev.nexusdelta.problem.ProblemCode;
import dev.nexusdelta.problem.ProblemWriter;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.http.HttpVersion;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps an overloaded event loop useful: refuses calls beyond what {@link ShedControl} takes, with
 * an answer that is ready but for two names, and leaves the connection that it came on unread for a
 * while. That pushes the excess back to where it comes from; refusing all of it would eat the time
 * that good answers need. Probes and the control plane never come here. Stays on its event loop,
 * except for the counts.
 */
final class Shedder {
  /** Calls in flight on one loop. */
  static final int MOST_IN_FLIGHT = 20_000;

  private static final Logger LOG = LoggerFactory.getLogger(Shedder.class);
  private static final long RESUME_EVERY = TimeUnit.MILLISECONDS.toNanos(20);
  private static final String DETAIL =
      "the gateway has more calls than it can bear; this one was not begun";
  private static final String BODY_BEGIN =
      "{\"type\":\"urn:nexus-delta:problem:shedding\",\"title\":\""
          + ProblemCode.SHEDDING.title()
          + "\",\"status\":503,\"detail\":\""
          + DETAIL
          + "\",\"instance\":\"/agents/";
  private static final String BODY_MIDDLE =
      "\",\"code\":\"shedding\",\"error\":\"" + DETAIL + "\",\"agent\":\"";
  private static final CharSequence REQUEST_ID = HttpHeaders.createOptimized("x-request-id");
  private static final CharSequence PROXY_STATUS = HttpHeaders.createOptimized("proxy-status");
  private static final CharSequence STATUS =
      HttpHeaders.createOptimized("nexus; error=connection_limit_reached");
  private static final CharSequence TYPE = HttpHeaders.createOptimized(ProblemWriter.CONTENT_TYPE);
  private static final CharSequence RETRY_AFTER = HttpHeaders.createOptimized("retry-after");
  private static final CharSequence SECONDS = HttpHeaders.createOptimized("1");

  private final Lane lane;
  private final Lanes lanes;
  private final ShedControl control;
  private final Deque<ClientConnection> unread = new ArrayDeque<>();
  private boolean resuming;
  private boolean wasShedding;
  private volatile int unreadCount;

  Shedder(Lane lane, Lanes lanes) {
    this.lane = lane;
    this.lanes = lanes;
    this.control = new ShedControl(lane.now());
  }

  /** Connections that are left unread; for any thread. */
  int unread() {
    return unreadCount;
  }

  /** A call is over that an agent has answered: what it refuses itself a loop does not manage. */
  void ended() {
    control.ended();
  }

  /** A call was refused by its agent's full queue; under overload its caller is left unread too. */
  void queueWasFull(HttpServerRequest request, ClientConnection connection) {
    if (control.isShedding() && request.isEnded() && request.version() == HttpVersion.HTTP_1_1) {
      leaveUnread(connection);
    }
  }

  /** Whether the call is refused; then it is answered. */
  boolean refuses(Arrival arrival, String agent, String key) {
    if (!turnsAway(arrival, key)) {
      return false;
    }
    answer(arrival, agent, key);
    lane.log().shed(arrival, key, agent);
    return true;
  }

  /** The same for a call that another gateway passes on and can send elsewhere: not answered. */
  boolean turnsAway(Arrival arrival, String key) {
    long now = arrival.startNanos();
    if (control.measures(now)) {
      arrival.connection().channel().eventLoop().execute(() -> control.reached(lane.now()));
    }
    String reason = reason(lane.agent(key).shed(), now);
    if (reason != null) {
      lane.metrics().shed(key, reason);
    }
    return reason != null;
  }

  private @Nullable String reason(ShedShare share, long now) {
    boolean taken = control.takes(share, now);
    if (control.isShedding() != wasShedding) {
      wasShedding = control.isShedding();
      if (wasShedding) {
        LOG.warn(
            "overloaded: this event loop takes about {} calls a second and refuses the rest",
            Math.round(control.rate()));
      } else {
        LOG.info("no longer overloaded: all calls are taken");
      }
    }
    if (!taken) {
      return "overload";
    }
    double pressed = lanes.memoryPressure();
    if (pressed > 0 && lane.random().nextDouble() < pressed) {
      return "memory";
    }
    return lane.inFlight() >= MOST_IN_FLIGHT ? "in_flight" : null;
  }

  private void answer(Arrival arrival, String agent, String key) {
    HttpServerRequest request = arrival.request();
    HttpServerResponse response = request.response();
    boolean last = !Replies.isSmallRest(request);
    RateHeaders.add(arrival.shown(), response);
    response
        .setStatusCode(ProblemCode.SHEDDING.status())
        .putHeader(HttpHeaders.CONTENT_TYPE, TYPE)
        .putHeader(REQUEST_ID, arrival.requestId())
        .putHeader(PROXY_STATUS, STATUS)
        .putHeader(RETRY_AFTER, SECONDS);
    if (last) {
      arrival.connection().announceEnd(response);
    }
    response.end(
        Buffer.buffer(
            BODY_BEGIN
                + key
                + BODY_MIDDLE
                + agent
                + "\",\"requestId\":\""
                + arrival.requestId()
                + "\",\"retryable\":true}"));
    if (last) {
      arrival.connection().linger(request);
    } else if (request.version() == HttpVersion.HTTP_1_1) {
      leaveUnread(arrival.connection());
    }
  }

  private void leaveUnread(ClientConnection connection) {
    if (!connection.leaveUnread()) {
      return;
    }
    unread.addLast(connection);
    unreadCount = unread.size();
    if (!resuming) {
      resuming = true;
      lane.after(RESUME_EVERY, this::resume);
    }
  }

  /** The longest unread first. */
  private void resume() {
    int left = control.mayResume(lane.now());
    for (int i = unread.size(); left > 0 && i > 0; i--) {
      ClientConnection longest = unread.removeFirst();
      if (longest.isBusy()) {
        unread.addLast(longest);
      } else {
        // Those who have gone meanwhile must not hold up those who wait.
        left -= longest.readOn() ? 1 : 0;
      }
    }
    unreadCount = unread.size();
    resuming = !unread.isEmpty();
    if (resuming) {
      lane.after(RESUME_EVERY, this::resume);
    }
  }
}
