package dev.nexusdelta.exchange;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.util.ReferenceCountUtil;
import io.vertx.core.MultiMap;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClosedException;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.internal.buffer.BufferInternal;
import io.vertx.core.streams.ReadStream;
import org.jspecify.annotations.Nullable;

/** One call on one connection. Stays on one event loop. */
final class SocketAttempt implements Exchange.Attempt {
  /** A held body up to this size goes out in one piece with its head. */
  private static final int ONE_PIECE = 8 * 1024;

  private final Exchange.Outgoing outgoing;
  private final Exchange.Listener listener;
  private final RequestHead scratch;
  private @Nullable Upstream upstream;
  private @Nullable Upload upload;
  private AnswerHead.@Nullable Read head;
  private @Nullable AnswerBody body;
  private boolean interim;
  private boolean told;
  private boolean complete;
  private boolean over;

  SocketAttempt(Exchange.Outgoing outgoing, Exchange.Listener listener, RequestHead scratch) {
    this.outgoing = outgoing;
    this.listener = listener;
    this.scratch = scratch;
  }

  // What the caller asks and wants.

  @Override
  public boolean isBodySent() {
    return upstream != null && (upload == null || upload.isEnded());
  }

  @Override
  public boolean isHeldUp() {
    Upstream on = upstream;
    if (on == null || complete) {
      return false;
    }
    return (upload != null && upload.isWaiting()) || !isWritten(on.channel());
  }

  @Override
  public void cancel() {
    if (over) {
      return;
    }
    over = true;
    stopUpload();
    if (body != null) {
      body.drop();
    }
    if (upstream != null && !complete) {
      upstream.close();
    }
  }

  /** Given up, or failed. */
  boolean isOver() {
    return over;
  }

  // What goes out.

  void notSent(String reason, String detail) {
    tell(new Exchange.NotSent(reason, detail));
  }

  /** Sends the call: from here on it may have been executed. */
  void send(Upstream on) {
    try {
      writeHead(on);
    } catch (IllegalArgumentException e) {
      on.close();
      on.channel().eventLoop().execute(() -> notSent("unsendable", String.valueOf(e.getMessage())));
      return;
    }
    upstream = on;
    on.carry(this);
    Buffer held = outgoing.held();
    ReadStream<Buffer> streamed = outgoing.streamed();
    Channel channel = on.channel();
    if (held != null) {
      writeWhole(channel, held);
    } else if (streamed != null) {
      channel.writeAndFlush(piece(channel));
      upload = new Upload(streamed, channel, outgoing.length(), this::cancelBroken);
      upload.start();
    }
  }

  private void writeHead(Upstream on) {
    scratch.begin(outgoing.method(), outgoing.path(), on.authority());
    outgoing.headers().accept(scratch);
    Buffer held = outgoing.held();
    if (held != null && held.length() == 0 && isUsuallyBare(outgoing.method())) {
      scratch.endBare();
    } else {
      scratch.end(held != null ? held.length() : outgoing.length());
    }
  }

  /** Whether a request without a body says nothing of a length, not even 0. */
  private static boolean isUsuallyBare(HttpMethod method) {
    return !method.equals(HttpMethod.POST)
        && !method.equals(HttpMethod.PUT)
        && !method.equals(HttpMethod.PATCH);
  }

  private void writeWhole(Channel channel, Buffer held) {
    ByteBuf body = ((BufferInternal) held).getByteBuf();
    if (held.length() <= ONE_PIECE) {
      scratch.body(body);
      channel.writeAndFlush(piece(channel), channel.voidPromise());
    } else {
      // Should it fail, an answer may yet have been sent: reading tells.
      channel.write(piece(channel));
      channel.writeAndFlush(body);
    }
  }

  private ByteBuf piece(Channel channel) {
    int size = scratch.size();
    return channel.alloc().directBuffer(size).writeBytes(scratch.bytes(), 0, size);
  }

  /** The replica takes more. */
  void writable() {
    if (upload != null) {
      upload.goOn();
    }
  }

  /** The caller's body is not what was announced. */
  private void cancelBroken(String detail) {
    // Later: the source may have been read from within begin.
    if (upstream != null) {
      upstream.channel().eventLoop().execute(() -> failed("http_request_error", detail));
    }
  }

  private void stopUpload() {
    if (upload != null) {
      upload.stop();
    }
  }

  // What comes back.

  boolean isHeadRequest() {
    return outgoing.method() == HttpMethod.HEAD;
  }

  /** Whether the whole answer is here. */
  boolean isComplete() {
    return complete;
  }

  /** Whether another call may follow on the connection of this complete one. */
  boolean isReusable() {
    Upstream on = upstream;
    return on != null && head != null && head.isKept() && isBodySent() && isWritten(on.channel());
  }

  private static boolean isWritten(Channel channel) {
    var waiting = channel.unsafe().outboundBuffer();
    return waiting == null || waiting.totalPendingWriteBytes() == 0;
  }

  /** A message of the decoder, owned here. */
  void decoded(Object message) {
    if (over) {
      ReferenceCountUtil.release(message);
    } else if (message instanceof HttpResponse response) {
      beginAnswer(response);
    } else if (message instanceof HttpContent content) {
      take(content);
    } else {
      ReferenceCountUtil.release(message);
    }
  }

  private void beginAnswer(HttpResponse response) {
    AnswerHead read = AnswerHead.of(response, isHeadRequest());
    if (read instanceof AnswerHead.Fault fault) {
      failed(fault.errorType(), fault.detail());
    } else if (read instanceof AnswerHead.Interim hints) {
      interim = true;
      if (hints.isEarlyHints()) {
        listener.hinted(hints.headers());
      }
    } else if (read instanceof AnswerHead.Read good && upstream != null) {
      head = good;
      body = new AnswerBody(upstream.channel());
      upstream.learn(good.headers());
    }
  }

  private void take(HttpContent content) {
    if (content.decoderResult().isFailure()) {
      content.release();
      failed("http_response_incomplete", "the framing of its answer's body is wrong");
      return;
    }
    boolean last = content instanceof LastHttpContent;
    if (interim) {
      interim = !last;
      content.release();
      return;
    }
    AnswerBody to = body;
    if (to == null) {
      content.release();
      return;
    }
    if (content.content().isReadable()) {
      to.add(BufferInternal.safeBuffer(content.content()));
    } else {
      content.release();
    }
    if (last) {
      complete = true;
      stopUpload();
      to.end(trailers((LastHttpContent) content));
    }
  }

  private static @Nullable MultiMap trailers(LastHttpContent last) {
    return last.trailingHeaders() instanceof MultiMap map && !map.isEmpty() ? map : null;
  }

  /** One read is decoded: what of the answer is here is told in one piece. */
  void wasRead() {
    AnswerHead.Read known = head;
    AnswerBody to = body;
    if (known != null && to != null && !over) {
      if (!told) {
        // A declared length stays what was declared, also where there is no body: for HEAD.
        tell(new Exchange.Answer(known.status(), known.headers(), known.length(), to));
      }
      to.wasRead();
    }
  }

  /** The connection is gone. */
  void disconnected() {
    stopUpload();
    if (!complete && !over) {
      // What was decoded of the end itself comes first.
      wasRead();
      failed(
          "connection_terminated",
          told ? "its answer broke off" : "its connection broke before an answer");
    } else if (!told && !over) {
      wasRead();
    }
  }

  private void failed(String errorType, String detail) {
    stopUpload();
    AnswerBody to = body;
    if (to != null && !over && (told || to.hasBytes())) {
      wasRead();
      over = true;
      to.fail(new HttpClosedException(detail));
    } else {
      tell(new Exchange.Broken(errorType, to == null ? detail : "its answer broke off"));
    }
    if (upstream != null) {
      upstream.close();
    }
  }

  private void tell(Exchange.Outcome outcome) {
    if (!told && !over) {
      told = true;
      over = !(outcome instanceof Exchange.Answer);
      listener.came(outcome);
    }
  }
}
