package dev.nexusdelta.exchange;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.internal.buffer.BufferInternal;
import io.vertx.core.streams.ReadStream;
import java.nio.charset.StandardCharsets;
import java.util.function.Consumer;

/**
 * A body on its way to a replica, no faster than that takes it, framed anew. A write that fails
 * ends the upload and nothing else: the answer may have been sent before. Stays on one event loop.
 */
final class Upload {
  private static final ByteBuf END =
      Unpooled.unreleasableBuffer(
          Unpooled.wrappedBuffer("0\r\n\r\n".getBytes(StandardCharsets.US_ASCII)));

  private final ReadStream<Buffer> from;
  private final Channel to;
  private final long length;
  private final Consumer<String> wrong;
  private long sent;
  private boolean waiting;
  private boolean stopped;
  private boolean ended;

  /**
   * An upload that is not begun.
   *
   * @param length announced; negative = chunked
   * @param wrong told why what comes is not what was announced
   */
  Upload(ReadStream<Buffer> from, Channel to, long length, Consumer<String> wrong) {
    this.from = from;
    this.to = to;
    this.length = length;
    this.wrong = wrong;
  }

  void start() {
    from.handler(this::chunk);
    from.endHandler(end -> end());
    from.resume();
  }

  /** Whether the source waits for the replica. */
  boolean isWaiting() {
    return waiting && !stopped;
  }

  /** Whether all of it was handed over. */
  boolean isEnded() {
    return ended;
  }

  /** The replica takes more. */
  void goOn() {
    if (waiting && !stopped) {
      waiting = false;
      from.resume();
    }
  }

  /** Writes no more. */
  void stop() {
    stopped = true;
  }

  private void chunk(Buffer chunk) {
    if (stopped || chunk.length() == 0) {
      return;
    }
    sent += chunk.length();
    if (length >= 0 && sent > length) {
      wrong.accept("the body is longer than announced");
      return;
    }
    ByteBuf data = ((BufferInternal) chunk).getByteBuf();
    if (length < 0) {
      ByteBuf head = to.alloc().directBuffer(12);
      ByteBufUtil.writeAscii(head, Integer.toHexString(chunk.length()));
      ByteBufUtil.writeShortBE(head, '\r' << 8 | '\n');
      to.write(head);
      to.write(data);
      data = to.alloc().directBuffer(2).writeShort('\r' << 8 | '\n');
    }
    write(data);
    if (!to.isWritable() && !stopped) {
      waiting = true;
      from.pause();
    }
  }

  private void end() {
    if (stopped) {
      return;
    }
    if (length >= 0 && sent != length) {
      wrong.accept("the body is shorter than announced");
      return;
    }
    ended = true;
    if (length < 0) {
      write(END.duplicate());
    }
  }

  private void write(ByteBuf data) {
    to.writeAndFlush(data)
        .addListener(
            written -> {
              if (!written.isSuccess()) {
                stop();
              }
            });
  }
}
