package dev.nexusdelta.proxy;

import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOutboundHandlerAdapter;
import io.netty.channel.ChannelPromise;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpStatusClass;
import io.netty.handler.codec.http.LastHttpContent;
import java.util.concurrent.TimeUnit;

/**
 * Tells a caller on HTTP/1.1 with the next answer that this connection ends with it. Put into the
 * pipeline of a connection when the gateway leaves, so that ordinary calls do not pay for it.
 *
 * <p>A kept connection is never closed on its own: a call may be on its way on it already.
 */
final class Farewell extends ChannelOutboundHandlerAdapter {
  private static final String NAME = "farewell";

  /**
   * The caller closes when it has read the answer; closing first could reset what it still reads.
   */
  private static final long PATIENCE_MILLIS = 1000;

  private boolean said;

  private Farewell() {}

  /** From now on; on the connection's event loop. */
  static void say(Channel channel) {
    if (channel.pipeline().get(NAME) == null) {
      channel.pipeline().addAfter("httpEncoder", NAME, new Farewell());
    }
  }

  /** Whether the connection speaks HTTP/1.1. */
  static boolean fits(Channel channel) {
    return channel.pipeline().get("httpEncoder") != null;
  }

  @Override
  public void write(ChannelHandlerContext ctx, Object message, ChannelPromise promise) {
    if (message instanceof HttpResponse head
        && head.status().codeClass() != HttpStatusClass.INFORMATIONAL) {
      head.headers().set(HttpHeaderNames.CONNECTION, HttpHeaderValues.CLOSE);
      said = true;
    }
    if (said && message instanceof LastHttpContent) {
      Channel channel = ctx.channel();
      channel.eventLoop().schedule(() -> channel.close(), PATIENCE_MILLIS, TimeUnit.MILLISECONDS);
    }
    ctx.write(message, promise);
  }
}
