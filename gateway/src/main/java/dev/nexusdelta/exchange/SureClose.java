package dev.nexusdelta.exchange;

import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler.Sharable;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOutboundHandlerAdapter;
import io.netty.channel.ChannelPromise;
import io.netty.channel.unix.Socket;
import io.netty.channel.unix.UnixChannel;
import io.netty.channel.uring.IoUringSocketChannel;
import java.io.IOException;
import java.util.concurrent.TimeUnit;

/**
 * Closes a connection also if its peer takes nothing. On io_uring a connection is closed only once
 * its last write has ended, and the order to give that up is lost now and then (about one in six
 * where a write is stuck): then the socket itself is shut, which ends every write. Not at once, for
 * what was written just before the close is to arrive. Other transports close at once.
 */
@Sharable
public final class SureClose extends ChannelOutboundHandlerAdapter {
  private static final SureClose INSTANCE = new SureClose();

  private static final long PATIENCE_MILLIS = 300;

  private SureClose() {}

  /** Sees to it that this connection closes when it is told to; on its event loop. */
  public static void watch(Channel channel) {
    if (channel instanceof IoUringSocketChannel) {
      channel.pipeline().addFirst(INSTANCE);
    }
  }

  /** Closes at once, below all handlers: they would write out first what is queued. */
  public static void drop(Channel channel) {
    ChannelHandlerContext first = channel.pipeline().firstContext();
    if (first == null) {
      channel.close();
      return;
    }
    first.close();
    if (first.handler() == INSTANCE) {
      makeSure(first);
    }
  }

  @Override
  public void close(ChannelHandlerContext ctx, ChannelPromise promise) {
    ctx.close(promise);
    makeSure(ctx);
  }

  private static void makeSure(ChannelHandlerContext ctx) {
    Channel channel = ctx.channel();
    if (!channel.closeFuture().isDone()) {
      ctx.executor().schedule(() -> shut(channel), PATIENCE_MILLIS, TimeUnit.MILLISECONDS);
    }
  }

  private static void shut(Channel channel) {
    if (!channel.closeFuture().isDone()
        && channel instanceof UnixChannel unix
        && unix.fd() instanceof Socket socket) {
      try {
        socket.shutdown();
      } catch (IOException e) {
        // It is not connected any more: that ends its writes too.
        return;
      }
    }
  }
}
