package dev.nexusdelta.proxy;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.handler.codec.DecoderResult;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.util.AsciiString;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.impl.VertxHttpRequestDecoder;
import io.vertx.core.internal.ContextInternal;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Vert.x's decoder, refusing what it lets pass and later handlers can no longer see: folded header
 * lines, blanks before the first, tabs in the request line, other versions, and trailers that frame
 * a message. It also bounds the time that a head may take, and tells its connection when the caller
 * has ended its side.
 */
final class StrictRequestDecoder extends VertxHttpRequestDecoder {
  private final ClientConnection connection;
  private final long headNanos;
  private boolean inBody;
  private boolean folded;
  private boolean lineEnded = true;
  private boolean inRequestLine = true;
  private boolean tabbed;
  private @Nullable ScheduledFuture<?> headTimer;

  StrictRequestDecoder(HttpServerOptions options, ClientConnection connection, Duration head) {
    super(options);
    this.connection = connection;
    this.headNanos = head.toNanos();
  }

  /** All that one read holds is one turn of its context, not each part of it. */
  @Override
  public void channelRead(ChannelHandlerContext ctx, Object message) throws Exception {
    ContextInternal context = connection.context();
    ContextInternal before = context.beginDispatch();
    try {
      super.channelRead(ctx, message);
    } finally {
      context.endDispatch(before);
    }
  }

  @Override
  protected void decode(ChannelHandlerContext ctx, ByteBuf in, List<Object> out) throws Exception {
    if (inBody) {
      super.decode(ctx, in, out);
      inBody = !endsMessage(out);
      return;
    }
    int from = in.readerIndex();
    super.decode(ctx, in, out);
    scan(in, from, in.readerIndex());
    if (!out.isEmpty() && out.get(0) instanceof HttpRequest request) {
      String fault = fault(request);
      if (fault != null) {
        request.setDecoderResult(DecoderResult.failure(new IllegalArgumentException(fault)));
      }
      inBody = !endsMessage(out) && request.decoderResult().isSuccess();
      folded = false;
      lineEnded = true;
      inRequestLine = true;
      tabbed = false;
      stopTimer();
    } else if (headTimer == null && (in.readerIndex() > from || in.isReadable())) {
      headTimer =
          ctx.executor().schedule(connection::headTimedOut, headNanos, TimeUnit.NANOSECONDS);
    }
  }

  @Override
  protected AsciiString splitHeaderName(byte[] line, int start, int length) {
    if (inBody
        && HeadRules.FRAMING.contains(
            new String(line, start, length, StandardCharsets.US_ASCII).replace('_', '-'))) {
      throw new IllegalArgumentException("a trailer frames the message");
    }
    return super.splitHeaderName(line, start, length);
  }

  @Override
  public void userEventTriggered(ChannelHandlerContext ctx, Object event) throws Exception {
    super.userEventTriggered(ctx, event);
    if (event == ChannelInputShutdownEvent.INSTANCE) {
      connection.inputClosed(inBody);
    }
  }

  @Override
  public void channelInactive(ChannelHandlerContext ctx) throws Exception {
    super.channelInactive(ctx);
    // Only now: what it decodes of a head that was begun starts one that would keep all of this.
    stopTimer();
  }

  @SuppressWarnings("ReferenceEquality")
  private @Nullable String fault(HttpRequest request) {
    if (folded) {
      return "a line begins with a blank";
    }
    if (tabbed) {
      return "the request line holds a tab";
    }
    // These very objects: those that are equal were spelt otherwise.
    HttpVersion version = request.protocolVersion();
    return version == HttpVersion.HTTP_1_1 || version == HttpVersion.HTTP_1_0
        ? null
        : "the version of HTTP is not 1.0 or 1.1";
  }

  /** A blank at the begin of a line continues the line before it, or hides the first one. */
  private void scan(ByteBuf in, int from, int to) {
    for (int i = from; i < to && !folded; ) {
      if (lineEnded) {
        byte first = in.getByte(i);
        folded = first == ' ' || first == '\t';
        lineEnded = false;
      }
      int end = in.indexOf(i, to, (byte) '\n');
      if (inRequestLine) {
        // Others than us may take it for the blank between its parts.
        tabbed |= in.indexOf(i, end < 0 ? to : end, (byte) '\t') >= 0;
        inRequestLine = end < 0 || end - i < 2;
      }
      if (end < 0) {
        return;
      }
      lineEnded = true;
      i = end + 1;
    }
  }

  private void stopTimer() {
    ScheduledFuture<?> timer = headTimer;
    if (timer != null) {
      headTimer = null;
      timer.cancel(false);
    }
  }

  private static boolean endsMessage(List<Object> out) {
    return !out.isEmpty() && out.get(out.size() - 1) instanceof LastHttpContent;
  }
}
