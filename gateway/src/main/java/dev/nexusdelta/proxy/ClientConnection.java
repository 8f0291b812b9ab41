package dev.nexusdelta.proxy;

import dev.nexusdelta.exchange.SureClose;
import io.netty.channel.Channel;
import io.netty.util.AttributeKey;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.internal.ContextInternal;
import io.vertx.core.net.SocketAddress;
import io.vertx.core.net.impl.ConnectionBase;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A caller's connection: what goes on on it, and how it ends. With HTTP/1.1 that is one request
 * after the other, with HTTP/2 many at a time: what ends one of them is named by the request. Stays
 * on its event loop.
 */
abstract sealed class ClientConnection permits Http1Caller, Http2Caller {
  private static final AttributeKey<ClientConnection> KEY =
      AttributeKey.valueOf(ClientConnection.class, "connection");

  /** How long a refused body is read on, so that the refusal is not lost in a reset. */
  private static final long LINGER_MILLIS = 1000;

  private final ConnectionBase connection;
  private final Channel channel;
  private final @Nullable InetAddress peer;
  private final String host;
  private final String remote;
  private final boolean trusted;
  private final boolean secure;
  private long usedNanos;
  private boolean retired;
  private boolean unread;
  private KeyCheck.@Nullable Remembered shown;

  ClientConnection(HttpConnection connection, boolean trusted, long nowNanos) {
    this.connection = (ConnectionBase) connection;
    this.channel = this.connection.channel();
    this.trusted = trusted;
    this.secure = connection.isSsl();
    this.usedNanos = nowNanos;
    this.peer = peer(channel);
    SocketAddress address = connection.remoteAddress();
    this.host = address == null || address.hostAddress() == null ? "" : address.hostAddress();
    this.remote = address == null ? "" : host + ":" + address.port();
    channel.attr(KEY).set(this);
  }

  /** The connection that a request came on. */
  static ClientConnection of(HttpServerRequest request) {
    return ((ConnectionBase) request.connection()).channel().attr(KEY).get();
  }

  /** Who is at the other end of a channel. */
  static @Nullable InetAddress peer(Channel channel) {
    return channel.remoteAddress() instanceof InetSocketAddress socket ? socket.getAddress() : null;
  }

  Channel channel() {
    return channel;
  }

  /** What code of the project runs on when it is called from the channel. */
  ContextInternal context() {
    return connection.context();
  }

  /** Address at the other end; null where it has none. */
  @Nullable InetAddress peer() {
    return peer;
  }

  /** The same as text. */
  String host() {
    return host;
  }

  /** With port. */
  String remote() {
    return remote;
  }

  /** Whether its word on who calls is believed. */
  boolean isTrusted() {
    return trusted;
  }

  /** Whether what came over it was encrypted. */
  boolean isSecure() {
    return secure;
  }

  /** The key shown here last, and what that was worth; null if none was. */
  KeyCheck.@Nullable Remembered shown() {
    return shown;
  }

  void shown(KeyCheck.Remembered key) {
    shown = key;
  }

  /** When a request came or an answer was written the last time, monotonic. */
  long usedNanos() {
    return usedNanos;
  }

  void used(long nowNanos) {
    usedNanos = nowNanos;
  }

  /** A request has come. */
  abstract void begin(HttpServerRequest request, @Nullable Call call, long nowNanos);

  /** The call's answer is written. */
  abstract void end(Call call, long nowNanos);

  /** The call is over, however it ended. */
  abstract void over(Call call);

  /** Whether an answer is still to be written. */
  abstract boolean isBusy();

  /** Ends what is too slow: bodies that crawl, answers that are not taken, a connection unused. */
  abstract void check(ProxySettings limits, long nowNanos);

  /** The gateway ends: so do the calls under way, never as if they had come to their own end. */
  abstract void cutOff();

  /** Part of the answer is out: its only honest end is a broken one. */
  abstract void abort(HttpServerRequest request, boolean looksComplete);

  /** Tells the caller, where there is a way to, that this answer is the last one. */
  abstract void announceEnd(HttpServerResponse response);

  /**
   * Whether its last answer is announced. What follows was perhaps no request in the eyes of
   * whoever passed it on, and must not be served although it has been read already.
   */
  abstract boolean isOver();

  /** The answer to a request that must not be read on is written. */
  abstract void finish(HttpServerRequest request);

  /**
   * Sends something to a caller in the midst of a chunked answer that changes nothing; if it has
   * gone, its system says so.
   */
  abstract void probeBetweenChunks();

  /**
   * The caller has ended its side; it may still wait for the answer.
   *
   * @param within whether it did so in the midst of a request
   */
  abstract void inputClosed(boolean within);

  /** A head took too long. */
  abstract void headTimedOut();

  /** Whether nothing has gone on for that long; asked now and then. */
  final boolean isIdle(long nowNanos, Duration atLeast) {
    if (isBusy()) {
      usedNanos = nowNanos;
    }
    return nowNanos - usedNanos > atLeast.toNanos();
  }

  /** Closes after what is written, or at once if nothing is. */
  final void close() {
    connection.close();
  }

  /** Closes; a second time, at once: the caller may never take what is to be written before. */
  final void retire() {
    if (retired) {
      drop();
    } else {
      retired = true;
      close();
    }
  }

  /** Closes at once: what the caller has not taken by now is lost. */
  final void drop() {
    SureClose.drop(channel);
  }

  /**
   * Leaves what comes to the system's buffers, and so to the caller.
   *
   * @return false if that is so already
   */
  final boolean leaveUnread() {
    boolean first = !unread;
    unread = true;
    if (channel.isOpen()) {
      channel.config().setAutoRead(false);
    }
    return first;
  }

  /**
   * Takes up reading again; only where no request is under way, whose own pauses count.
   *
   * @return false if the connection is closed
   */
  final boolean readOn() {
    unread = false;
    boolean open = channel.isOpen();
    if (open) {
      channel.config().setAutoRead(true);
    }
    return open;
  }

  /**
   * The gateway leaves: what comes on this connection is still served, and with the next answer it
   * ends. HTTP/2 is told at once that no further calls are taken.
   *
   * @param atMostSeconds for what goes on on HTTP/2
   */
  final void farewell(long atMostSeconds) {
    if (Farewell.fits(channel)) {
      Farewell.say(channel);
    } else {
      ((HttpConnection) connection).shutdown(atMostSeconds, TimeUnit.SECONDS);
    }
  }

  /** Writes out what is queued although a read is still going on. */
  final void flush() {
    channel.flush();
  }

  /**
   * Ends the reading once the rest of a refused request has come, or soon: to end it with unread
   * bytes would reset the connection and take the answer with it.
   */
  final void linger(HttpServerRequest request) {
    if (request.isEnded()) {
      finish(request);
      return;
    }
    request.handler(null);
    request.endHandler(end -> finish(request));
    request.exceptionHandler(broken -> finish(request));
    request.resume();
    channel.eventLoop().schedule(() -> finish(request), LINGER_MILLIS, TimeUnit.MILLISECONDS);
  }
}
