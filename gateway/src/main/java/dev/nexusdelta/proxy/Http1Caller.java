package dev.nexusdelta.proxy;

import dev.nexusdelta.problem.Problem;
import dev.nexusdelta.problem.ProblemCode;
import dev.nexusdelta.problem.ProblemWriter;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOption;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** A connection of HTTP/1.1: one request after the other. Stays on its event loop. */
final class Http1Caller extends ClientConnection {
  private static final String DECODER = "httpDecoder";
  private static final String ENCODER = "httpEncoder";

  private static final byte[] ZERO = {'0'};

  private @Nullable HttpServerResponse response;
  private @Nullable Call call;
  private boolean inputClosed;

  Http1Caller(HttpConnection connection, boolean trusted, long nowNanos) {
    super(connection, trusted, nowNanos);
  }

  /** Puts the strict decoder in place of the usual one. */
  void readStrictly(StrictRequestDecoder decoder) {
    // A caller may end its own side and still wait for the answer.
    channel().config().setOption(ChannelOption.ALLOW_HALF_CLOSURE, true);
    channel().pipeline().replace(DECODER, DECODER, decoder);
  }

  @Override
  void begin(HttpServerRequest request, @Nullable Call newCall, long nowNanos) {
    response = request.response();
    call = newCall;
    used(nowNanos);
  }

  @Override
  void probeBetweenChunks() {
    ChannelHandlerContext below = channel().pipeline().context(ENCODER);
    if (below != null) {
      // The first digit of the next chunk's size, which may begin with zeros.
      below.writeAndFlush(Unpooled.wrappedBuffer(ZERO));
    }
  }

  @Override
  void end(Call ended, long nowNanos) {
    used(nowNanos);
    if (inputClosed) {
      close();
    }
  }

  @Override
  void over(Call ended) {
    call = null;
  }

  @Override
  boolean isBusy() {
    return response != null && !response.ended();
  }

  @Override
  void check(ProxySettings limits, long nowNanos) {
    Call current = call;
    if (current != null) {
      current.checkBody(limits.body(), nowNanos);
    }
    if (isIdle(nowNanos, limits.idle())) {
      retire();
    }
  }

  @Override
  void cutOff() {
    Call current = call;
    if (current != null) {
      current.cutOff();
    }
  }

  @Override
  void abort(HttpServerRequest request, boolean looksComplete) {
    if (looksComplete) {
      // An orderly end would be taken for that of the answer.
      channel().config().setOption(ChannelOption.SO_LINGER, 0);
    }
    // Not after what is queued: a caller that does not read would never let it end.
    flush();
    drop();
  }

  @Override
  void announceEnd(HttpServerResponse last) {
    last.putHeader(HttpHeaders.CONNECTION, HttpHeaders.CLOSE);
  }

  @Override
  void finish(HttpServerRequest request) {
    close();
  }

  @Override
  void inputClosed(boolean within) {
    inputClosed = true;
    Call current = call;
    if (current != null) {
      current.inputClosed(within);
    } else {
      close();
    }
  }

  @Override
  void headTimedOut() {
    if (isBusy()) {
      // The begin of a request behind the one under way; when that is answered, it is idle.
      return;
    }
    Channel channel = channel();
    // Below the encoder: there is no request that this could be the answer to.
    ChannelHandlerContext below = channel.pipeline().context(ENCODER);
    if (below == null) {
      channel.close();
    } else {
      below.writeAndFlush(tooLate()).addListener(written -> channel.close());
    }
  }

  private static ByteBuf tooLate() {
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
    return Unpooled.wrappedBuffer(head.getBytes(StandardCharsets.US_ASCII), body.getBytes());
  }
}
