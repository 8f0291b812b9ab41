package dev.nexusdelta.proxy;

import io.netty.handler.codec.http2.Http2Connection;
import io.netty.handler.codec.http2.Http2ConnectionHandler;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2RemoteFlowController;
import io.netty.handler.codec.http2.Http2Stream;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A connection of HTTP/2: many requests at a time, each a stream that can be ended by itself. Stays
 * on its event loop.
 */
final class Http2Caller extends ClientConnection {
  private static final Logger LOG = LoggerFactory.getLogger(Http2Caller.class);

  private static final long NO_ERROR = 0;
  private static final long INTERNAL_ERROR = 2;
  private static final long ENHANCE_YOUR_CALM = 11;

  /** Settings and pings between two looks: each has to be answered, and none does any work. */
  private static final int MOST_CONTROL_FRAMES = 1000;

  /** More than a connection may have at once: when there are so many, some have been answered. */
  private static final int MANY = 256;

  private final HttpConnection http;
  private final Http2Connection streams;
  private final Http2RemoteFlowController flow;
  private final Http2Connection.PropertyKey untakenSince;
  private final Map<Integer, HttpServerResponse> open = new HashMap<>();
  private final Set<Call> calls = new HashSet<>();
  private int controlFrames;

  Http2Caller(HttpConnection connection, boolean trusted, long nowNanos) {
    super(connection, trusted, nowNanos);
    this.http = connection;
    Http2ConnectionHandler handler = channel().pipeline().get(Http2ConnectionHandler.class);
    this.streams = handler.connection();
    this.flow = handler.encoder().flowController();
    this.untakenSince = streams.newKey();
    connection.pingHandler(ping -> controlFrame());
    connection.remoteSettingsHandler(settings -> controlFrame());
  }

  private void controlFrame() {
    if (++controlFrames == MOST_CONTROL_FRAMES) {
      http.goAway(ENHANCE_YOUR_CALM);
      close();
    }
  }

  @Override
  void begin(HttpServerRequest request, @Nullable Call call, long nowNanos) {
    used(nowNanos);
    if (call != null) {
      calls.add(call);
      return;
    }
    HttpServerResponse response = request.response();
    open.put(request.streamId(), response);
    if (open.size() > MANY) {
      forgetAnswered();
    }
    // HTTP/2 has no such header, and callers take it for an error.
    response.headersEndHandler(head -> response.headers().remove(HttpHeaders.CONNECTION));
  }

  @Override
  void end(Call call, long nowNanos) {
    used(nowNanos);
  }

  @Override
  void over(Call call) {
    calls.remove(call);
  }

  @Override
  boolean isBusy() {
    forgetAnswered();
    return !open.isEmpty();
  }

  private void forgetAnswered() {
    open.values().removeIf(response -> response.ended() || response.closed());
  }

  @Override
  void check(ProxySettings limits, long nowNanos) {
    controlFrames = 0;
    if (!calls.isEmpty()) {
      new ArrayList<>(calls).forEach(call -> call.checkBody(limits.body(), nowNanos));
    }
    if (isIdle(nowNanos, limits.idle()) || isUntaken(nowNanos, limits.idle().toNanos())) {
      retire();
    }
  }

  /** Whether the caller has left the rest of a whole answer in our hands for that long. */
  private boolean isUntaken(long nowNanos, long atLeast) {
    if (streams.numActiveStreams() <= open.size()) {
      return false;
    }
    try {
      return streams.forEachActiveStream(
              stream -> open.containsKey(stream.id()) || !isUntaken(stream, nowNanos, atLeast))
          != null;
    } catch (Http2Exception e) {
      LOG.warn("the streams of {} cannot be looked through", remote(), e);
      return true;
    }
  }

  private boolean isUntaken(Http2Stream stream, long nowNanos, long atLeast) {
    if (!flow.hasFlowControlled(stream)) {
      return false;
    }
    Long since = stream.getProperty(untakenSince);
    if (since == null) {
      stream.setProperty(untakenSince, nowNanos);
      return false;
    }
    return nowNanos - since > atLeast;
  }

  @Override
  void cutOff() {
    new ArrayList<>(calls).forEach(Call::cutOff);
  }

  @Override
  void abort(HttpServerRequest request, boolean looksComplete) {
    request.response().reset(INTERNAL_ERROR);
  }

  @Override
  void announceEnd(HttpServerResponse response) {
    // Streams end by themselves.
  }

  @Override
  void finish(HttpServerRequest request) {
    if (!request.isEnded()) {
      // The answer is whole: the caller need not send the rest of its request.
      request.response().reset(NO_ERROR);
    }
  }

  @Override
  void probeBetweenChunks() {
    // A caller that leaves says so, stream by stream.
  }

  @Override
  void inputClosed(boolean within) {
    close();
  }

  @Override
  void headTimedOut() {
    // A connection whose head does not come has no stream, and so is idle.
  }
}
