package dev.nexusdelta.exchange;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http.HttpDecoderConfig;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpHeadersFactory;
import io.netty.handler.codec.http.HttpMessage;
import io.netty.handler.codec.http.HttpResponseDecoder;
import io.netty.util.AsciiString;
import io.netty.util.ReferenceCountUtil;
import io.vertx.core.http.impl.headers.HeadersMultiMap;
import io.vertx.core.internal.ContextInternal;
import java.util.List;

/**
 * Netty's decoder of responses, stricter with status lines, and the only handler of its connection:
 * what it decodes goes to its {@link Upstream} without a further hop. Stays on one event loop.
 */
final class ResponseDecoder extends HttpResponseDecoder {
  private static final int MAX_STATUS_LINE = 4096;
  private static final int MAX_HEADERS = 32 * 1024;

  /** Larger than one read, so that no read is cut into pieces. */
  private static final int MAX_CHUNK = 256 * 1024;

  /** Names that nearly every answer has: found by their length, kept instead of made anew. */
  private static final AsciiString[] COMMON = {
    HttpHeaderNames.DATE,
    HttpHeaderNames.SERVER,
    HttpHeaderNames.CONNECTION,
    HttpHeaderNames.KEEP_ALIVE,
    HttpHeaderNames.CONTENT_TYPE,
    HttpHeaderNames.CONTENT_LENGTH,
    HttpHeaderNames.TRANSFER_ENCODING
  };

  private final Upstream upstream;

  ResponseDecoder(Upstream upstream) {
    super(
        new HttpDecoderConfig()
            .setMaxInitialLineLength(MAX_STATUS_LINE)
            .setMaxHeaderSize(MAX_HEADERS)
            .setMaxChunkSize(MAX_CHUNK)
            .setInitialBufferSize(512)
            .setHeadersFactory(Headers.INSTANCE)
            .setTrailersFactory(Headers.INSTANCE));
    this.upstream = upstream;
  }

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object message) throws Exception {
    if (!upstream.isBusy()) {
      // Nobody has asked: whatever this is, it is not the answer to the next call.
      ReferenceCountUtil.release(message);
      upstream.close();
      return;
    }
    ContextInternal before = upstream.enter();
    try {
      super.channelRead(ctx, message);
      upstream.wasRead(actualReadableBytes() > 0);
    } finally {
      upstream.leave(before);
    }
  }

  @Override
  public void channelReadComplete(ChannelHandlerContext ctx) {
    discardSomeReadBytes();
    upstream.readComplete();
  }

  @Override
  protected void decode(ChannelHandlerContext ctx, ByteBuf in, List<Object> out) throws Exception {
    super.decode(ctx, in, out);
    pass(out);
  }

  @Override
  protected void decodeLast(ChannelHandlerContext ctx, ByteBuf in, List<Object> out)
      throws Exception {
    super.decodeLast(ctx, in, out);
    pass(out);
  }

  private void pass(List<Object> out) {
    if (!out.isEmpty()) {
      for (int i = 0; i < out.size(); i++) {
        upstream.decoded(out.get(i));
      }
      out.clear();
    }
  }

  @Override
  public void channelWritabilityChanged(ChannelHandlerContext ctx) {
    ContextInternal before = upstream.enter();
    try {
      upstream.writabilityChanged();
    } finally {
      upstream.leave(before);
    }
  }

  @Override
  public void channelInactive(ChannelHandlerContext ctx) throws Exception {
    ContextInternal before = upstream.enter();
    try {
      super.channelInactive(ctx);
      upstream.ended(null);
    } finally {
      upstream.leave(before);
    }
  }

  @Override
  @SuppressWarnings("deprecation") // Of ChannelHandler; for inbound handlers it stands.
  public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
    ContextInternal before = upstream.enter();
    try {
      upstream.ended(cause);
    } finally {
      upstream.leave(before);
    }
  }

  @Override
  protected boolean isContentAlwaysEmpty(HttpMessage message) {
    return upstream.isHeadRequest() || super.isContentAlwaysEmpty(message);
  }

  /** Three digits and nothing else, where the library takes every number. */
  @Override
  protected String splitSecondWordInitialLine(byte[] line, int start, int length) {
    if (length != 3 || line[start] < '1' || line[start] > '9') {
      throw new IllegalArgumentException("the status is no number of three digits");
    }
    return super.splitSecondWordInitialLine(line, start, length);
  }

  @Override
  protected AsciiString splitHeaderName(byte[] line, int start, int length) {
    if (!isBeforeColon(line, start + length)) {
      throw new IllegalArgumentException("a header line has no colon behind its name");
    }
    for (AsciiString name : COMMON) {
      if (name.length() == length && equals(name, line, start)) {
        return name;
      }
    }
    return super.splitHeaderName(line, start, length);
  }

  /** Blanks between are for a proxy to remove (RFC 9112, 5.1); anything else is no header. */
  private static boolean isBeforeColon(byte[] line, int from) {
    int at = from;
    while (at < line.length && (line[at] == ' ' || line[at] == '\t')) {
      at++;
    }
    return at < line.length && line[at] == ':';
  }

  private static boolean equals(AsciiString name, byte[] line, int start) {
    for (int i = 0; i < name.length(); i++) {
      // Letters of either case and '-' only: what else differs in that one bit is no name's sign.
      byte expected = name.byteAt(i);
      byte actual = line[start + i];
      if (actual != expected && (actual | 0x20) != expected) {
        return false;
      }
      if (expected == '-' && actual != '-') {
        return false;
      }
    }
    return true;
  }

  private enum Headers implements HttpHeadersFactory {
    INSTANCE;

    @Override
    public HttpHeaders newHeaders() {
      return HeadersMultiMap.httpHeaders();
    }

    @Override
    public HttpHeaders newEmptyHeaders() {
      return HeadersMultiMap.httpHeaders();
    }
  }
}
