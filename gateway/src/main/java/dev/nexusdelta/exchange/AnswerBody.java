package dev.nexusdelta.exchange;

import io.netty.channel.Channel;
import io.vertx.core.Handler;
import io.vertx.core.MultiMap;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.streams.ReadStream;
import java.util.ArrayDeque;
import java.util.Deque;
import org.jspecify.annotations.Nullable;

/**
 * The body of one answer. While it is paused, what was decoded already waits here, at most one
 * read, and nothing more is read. Stays on one event loop.
 */
final class AnswerBody implements Exchange.Body {
  private @Nullable Channel source;
  private @Nullable Buffer first;
  private @Nullable Deque<Buffer> more;
  private @Nullable MultiMap trailers;
  private @Nullable Throwable failure;
  private @Nullable Handler<Buffer> handler;
  private @Nullable Handler<Void> endHandler;
  private @Nullable Handler<Throwable> exceptionHandler;
  private boolean flowing;
  private boolean handingOver;
  private boolean touched;
  private boolean ended;
  private boolean told;

  /** What is read from that connection. */
  AnswerBody(Channel source) {
    this.source = source;
  }

  /** Whether something waits here. */
  boolean hasBytes() {
    return first != null;
  }

  // What comes in.

  void add(Buffer chunk) {
    if (first == null) {
      first = chunk;
    } else {
      if (more == null) {
        more = new ArrayDeque<>(4);
      }
      more.addLast(chunk);
    }
    handOver();
  }

  /** One read is through: the next waits for the reader. */
  void wasRead() {
    Channel from = source;
    if (!flowing && from != null) {
      from.config().setAutoRead(false);
    }
  }

  void end(@Nullable MultiMap behind) {
    source = null;
    ended = true;
    trailers = behind;
    handOver();
  }

  void fail(Throwable cause) {
    source = null;
    if (!ended && failure == null) {
      failure = cause;
      handOver();
    }
  }

  /** Nothing is told any more. */
  void drop() {
    source = null;
    told = true;
    first = null;
    more = null;
  }

  // What goes out.

  @Override
  public @Nullable Buffer whole() {
    if (!ended || touched) {
      return null;
    }
    Buffer whole = first == null ? Buffer.buffer() : first;
    if (more != null) {
      whole = Buffer.buffer().appendBuffer(whole);
      for (Buffer chunk : more) {
        whole.appendBuffer(chunk);
      }
    }
    return whole;
  }

  @Override
  public @Nullable MultiMap trailers() {
    return trailers;
  }

  @Override
  public ReadStream<Buffer> handler(@Nullable Handler<Buffer> newHandler) {
    handler = newHandler;
    return this;
  }

  @Override
  public ReadStream<Buffer> endHandler(@Nullable Handler<Void> newHandler) {
    endHandler = newHandler;
    return this;
  }

  @Override
  public ReadStream<Buffer> exceptionHandler(@Nullable Handler<Throwable> newHandler) {
    exceptionHandler = newHandler;
    return this;
  }

  @Override
  public ReadStream<Buffer> pause() {
    flowing = false;
    return this;
  }

  @Override
  public ReadStream<Buffer> resume() {
    flowing = true;
    touched = true;
    handOver();
    Channel from = source;
    if (flowing && from != null && !from.config().isAutoRead()) {
      from.config().setAutoRead(true);
    }
    return this;
  }

  /** Not counted: resumes. */
  @Override
  public ReadStream<Buffer> fetch(long amount) {
    return resume();
  }

  private void handOver() {
    if (handingOver) {
      return;
    }
    handingOver = true;
    try {
      Buffer next = flowing ? poll() : null;
      while (next != null) {
        Handler<Buffer> to = handler;
        if (to != null) {
          to.handle(next);
        }
        next = flowing ? poll() : null;
      }
    } finally {
      handingOver = false;
    }
    if (flowing && !told && first == null) {
      tellEnd();
    }
  }

  private @Nullable Buffer poll() {
    Buffer next = first;
    if (next != null) {
      first = more == null ? null : more.pollFirst();
    }
    return next;
  }

  private void tellEnd() {
    Throwable cause = failure;
    if (cause != null) {
      told = true;
      if (exceptionHandler != null) {
        exceptionHandler.handle(cause);
      }
    } else if (ended) {
      told = true;
      if (endHandler != null) {
        endHandler.handle(null);
      }
    }
  }
}
