package dev.nexusdelta.exchange;

import io.netty.bootstrap.Bootstrap;
import io.netty.channel.ChannelException;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelOption;
import io.netty.channel.ConnectTimeoutException;
import io.vertx.core.Vertx;
import io.vertx.core.internal.ContextInternal;
import io.vertx.core.internal.VertxInternal;
import java.net.ConnectException;
import java.time.Duration;
import java.util.function.LongSupplier;

/**
 * {@link Exchange} on plain connections with Netty's response decoder: connection, codec and pool
 * are this event loop's own, and a small call is one write. Which connection is kept, and whether a
 * failure came before or after the head was handed over, is known here and not guessed.
 */
public final class SocketExchange implements Exchange {
  private static final int SWEEP_MILLIS = 500;

  private final VertxInternal vertx;
  private final ContextInternal context;
  private final Bootstrap bootstrap;
  private final Upstreams upstreams;
  private final RequestHead scratch = new RequestHead();
  private final long sweeper;

  /** Made on the event loop that it belongs to. */
  public SocketExchange(Vertx vertx, LongSupplier nanos, Duration connectTimeout) {
    this.vertx = (VertxInternal) vertx;
    this.context = this.vertx.getOrCreateContext();
    this.upstreams = new Upstreams(nanos);
    this.bootstrap =
        new Bootstrap()
            .group(context.nettyEventLoop())
            .channelFactory(this.vertx.transport().channelFactory(false))
            .resolver(this.vertx.nameResolver().nettyAddressResolverGroup())
            .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, (int) connectTimeout.toMillis())
            .option(ChannelOption.TCP_NODELAY, true)
            .option(ChannelOption.SO_KEEPALIVE, true)
            // A failed write does not hide an answer that was sent before the agent closed.
            .option(ChannelOption.AUTO_CLOSE, false);
    this.sweeper = vertx.setPeriodic(SWEEP_MILLIS, id -> upstreams.sweep());
  }

  @Override
  public Attempt begin(Target target, Outgoing outgoing, Listener listener) {
    SocketAttempt attempt = new SocketAttempt(outgoing, listener, scratch);
    Upstream kept = upstreams.take(target.replica());
    if (kept != null) {
      attempt.send(kept);
    } else {
      // An agent that is slow to accept drops connections of a burst, which the kernel tries again
      // after a second: long before that, a call before it has left a connection free.
      upstreams.of(target.replica()).connects(attempt);
      connect(target);
    }
    return attempt;
  }

  /** Open connections, in use or idle. */
  int connections() {
    return upstreams.size();
  }

  @Override
  public void close() {
    vertx.cancelTimer(sweeper);
    upstreams.close();
  }

  private void connect(Target target) {
    Upstream upstream = new Upstream(context, upstreams, upstreams.of(target.replica()), target);
    upstreams.add(upstream);
    ChannelFuture connecting =
        bootstrap
            .clone()
            .handler(upstream.decoder())
            .connect(vertx.transport().convert(target.address()));
    connecting.addListener(
        connected -> {
          // A socket that could not even be made is told elsewhere.
          if (context.nettyEventLoop().inEventLoop()) {
            context.dispatch(connecting, done -> connected(upstream, done));
          } else {
            context.execute(connecting, done -> connected(upstream, done));
          }
        });
  }

  private void connected(Upstream upstream, ChannelFuture connecting) {
    Throwable cause = connecting.cause();
    if (cause != null) {
      unconnected(upstream, reasonOf(cause), String.valueOf(cause.getMessage()));
      return;
    }
    upstream.connected(connecting.channel());
    if (!upstream.isOpen()) {
      unconnected(upstream, "unreachable", "it closed the connection at once");
      return;
    }
    SocketAttempt next = upstream.kept().connected();
    if (next != null) {
      next.send(upstream);
    } else {
      upstreams.give(upstream);
    }
  }

  private void unconnected(Upstream upstream, String reason, String detail) {
    upstreams.remove(upstream);
    SocketAttempt attempt = upstream.kept().unconnected();
    if (attempt != null) {
      attempt.notSent(reason, detail);
    }
  }

  private static String reasonOf(Throwable cause) {
    if (cause instanceof ChannelException) {
      return "no_socket";
    }
    // Netty's timeout is a ConnectException too.
    if (cause instanceof ConnectTimeoutException) {
      return "connect_timeout";
    }
    return cause instanceof ConnectException ? "refused" : "unreachable";
  }
}
