package dev.nexusdelta.proxy;

import dev.nexusdelta.problem.Problem;
import dev.nexusdelta.problem.ProblemCode;
import dev.nexusdelta.problem.ProblemWriter;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelOption;
import io.netty.util.AttributeKey;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.net.SocketAddress;
import io.vertx.core.net.impl.ConnectionBase;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** A caller's connection: what goes on on it, and how it ends. Stays on its event loop. */
final class ClientConnection {
  private static final AttributeKey<ClientConnection> KEY =
      AttributeKey.valueOf(ClientConnection.class, "connection");

  /** How long a refused body is read on, so that the refusal is not lost in a reset. */
  private static final long LINGER_MILLIS = 1000;

  private final ConnectionBase connection;
  private final Channel channel;
  private final String host;
  private final String remote;
  private @Nullable HttpServerResponse response;
  private @Nullable Call call;
  private boolean inputClosed;
  private long usedNanos;

  ClientConnection(HttpConnection connection, long nowNanos) {
    this.connection = (ConnectionBase) connection;
    this.channel = this.connection.channel();
    this.usedNanos = nowNanos;
    SocketAddress address = connection.remoteAddress();
    this.host = address == null || address.hostAddress() == null ? "" : address.hostAddress();
    this.remote = address == null ? "" : host + ":" + address.port();
    channel.attr(KEY).set(this);
  }

  /** The connection that a request came on. */
  static ClientConnection of(HttpServerRequest request) {
    return ((ConnectionBase) request.connection()).channel().attr(KEY).get();
  }

  Channel channel() {
    return channel;
  }

  /** Address of the caller without port. */
  String host() {
    return host;
  }

  String remote() {
    return remote;
  }

  /** A request has come. */
  void begin(HttpServerRequest request, @Nullable Call newCall, long nowNanos) {
    response = request.response();
    call = newCall;
    usedNanos = nowNanos;
  }

  /** The call's answer is written. */
  void end() {
    call = null;
    if (inputClosed) {
      close();
    }
  }

  /** Whether nothing has gone on for that long; asked now and then. */
  boolean isIdle(long nowNanos, long forNanos) {
    if (response != null && !response.ended()) {
      usedNanos = nowNanos;
    }
    return nowNanos - usedNanos > forNanos;
  }

  /** The gateway ends: so does the call under way, never as if it had come to its own end. */
  void cutOff() {
    Call current = call;
    if (current != null) {
      current.cutOff();
    }
  }

  /**
   * The gateway leaves: what comes on this connection is still served, and with the next answer it
   * ends. HTTP/2 is told at once that no further calls are taken.
   *
   * @param atMostSeconds for what goes on on HTTP/2
   */
  void farewell(long atMostSeconds) {
    if (Farewell.fits(channel)) {
      Farewell.say(channel);
    } else {
      ((HttpConnection) connection).shutdown(atMostSeconds, TimeUnit.SECONDS);
    }
  }

  /** Closes after what is written, or at once if nothing is. */
  void close() {
    connection.close();
  }

  /** Closes with a reset: for an answer whose orderly end would look like its completion. */
  void reset() {
    channel.config().setOption(ChannelOption.SO_LINGER, 0);
    close();
  }

  /** Writes out what is queued although a read is still going on. */
  void flush() {
    channel.flush();
  }

  /**
   * Closes once the rest of a refused request has come, or soon: closing with unread bytes would
   * reset the connection and take the answer with it.
   */
  void linger(HttpServerRequest request) {
    if (request.isEnded()) {
      close();
      return;
    }
    request.handler(null);
    request.endHandler(end -> close());
    request.exceptionHandler(broken -> close());
    request.resume();
    channel.eventLoop().schedule(this::close, LINGER_MILLIS, TimeUnit.MILLISECONDS);
  }

  /** The caller has ended its side; it may still wait for the answer. */
  void inputClosed() {
    inputClosed = true;
    Call current = call;
    if (current != null) {
      current.inputClosed();
    } else {
      close();
    }
  }

  /** A head took too long. */
  void headTimedOut() {
    if (response != null && !response.ended()) {
      // The begin of a request behind the one under way; when that is answered, it is idle.
      return;
    }
    Buffer body =
        ProblemWriter.body(
            Problem.of(ProblemCode.REQUEST_TIMEOUT, "the head of the request took too long"),
            new ProblemWriter.Place("", null, ""));
    String head =
        "HTTP/1.1 408 Request Timeout\r\nconnection: close\r\ncontent-type: "
            + ProblemWriter.CONTENT_TYPE
            + "\r\ncontent-length: "
            + body.length()
            + "\r\n\r\n";
    // Below the encoder: there is no request that this could be the answer to.
    channel
        .pipeline()
        .firstContext()
        .writeAndFlush(
            Unpooled.wrappedBuffer(head.getBytes(StandardCharsets.US_ASCII), body.getBytes()))
        .addListener(written -> channel.close());
  }
}
