package dev.nexusdelta.exchange;

import io.vertx.core.Handler;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.streams.ReadStream;
import org.jspecify.annotations.Nullable;

/** A body of a few chunks, all there at once. */
final class ShortBody implements ReadStream<Buffer> {
  private final String[] chunks;
  private @Nullable Handler<Buffer> handler;
  private @Nullable Handler<Void> endHandler;

  ShortBody(String... chunks) {
    this.chunks = chunks;
  }

  @Override
  public ReadStream<Buffer> exceptionHandler(@Nullable Handler<Throwable> newHandler) {
    return this;
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
  public ReadStream<Buffer> pause() {
    return this;
  }

  @Override
  public ReadStream<Buffer> resume() {
    for (String chunk : chunks) {
      if (handler != null) {
        handler.handle(Buffer.buffer(chunk));
      }
    }
    if (endHandler != null) {
      endHandler.handle(null);
    }
    return this;
  }

  @Override
  public ReadStream<Buffer> fetch(long amount) {
    return resume();
  }
}
