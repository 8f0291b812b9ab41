package dev.nexusdelta.exchange;

import io.vertx.core.Context;
import io.vertx.core.Handler;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.streams.ReadStream;
import org.jspecify.annotations.Nullable;

/** A body that goes on as long as it is read. */
final class EndlessBody implements ReadStream<Buffer> {
  private static final Buffer CHUNK = Buffer.buffer(new byte[8192]);

  private final Context context;
  private @Nullable Handler<Buffer> handler;
  private boolean flowing;

  EndlessBody(Context context) {
    this.context = context;
  }

  boolean isFlowing() {
    return flowing;
  }

  @Override
  public ReadStream<Buffer> exceptionHandler(@Nullable Handler<Throwable> handler) {
    return this;
  }

  @Override
  public ReadStream<Buffer> handler(@Nullable Handler<Buffer> handler) {
    this.handler = handler;
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
    context.runOnContext(run -> next());
    return this;
  }

  @Override
  public ReadStream<Buffer> fetch(long amount) {
    return resume();
  }

  @Override
  public ReadStream<Buffer> endHandler(@Nullable Handler<Void> handler) {
    return this;
  }

  private void next() {
    Handler<Buffer> to = handler;
    if (flowing && to != null) {
      to.handle(CHUNK);
      context.runOnContext(run -> next());
    }
  }
}
