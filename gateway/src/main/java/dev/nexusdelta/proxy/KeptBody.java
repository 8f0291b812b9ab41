package dev.nexusdelta.proxy;

import dev.nexusdelta.exchange.Exchange.Answer;
import dev.nexusdelta.exchange.Exchange.Body;
import dev.nexusdelta.keyed.StoredAnswer;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.MultiMap;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.streams.ReadStream;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The body of an answer that is kept while it passes. Its last bytes, or its end if the length was
 * not known, are held back until it is kept: who has all of an answer will be given the same again.
 * Bodies too large to keep pass all the same. Stays on one event loop.
 */
final class KeptBody implements Body {
  private final Body source;
  private final long length;
  private final Context context;
  private final Function<@Nullable Buffer, Future<Void>> keep;
  private @Nullable Buffer collected = Buffer.buffer();
  private @Nullable Handler<Buffer> handler;
  private @Nullable Handler<Void> endHandler;
  private @Nullable Handler<Throwable> exceptionHandler;
  private long bytes;
  private boolean complete;
  private boolean kept;
  private boolean ended;

  /**
   * A body to be kept.
   *
   * @param keep gets all of it, or null if it is too large
   */
  KeptBody(Answer answer, Context context, Function<@Nullable Buffer, Future<Void>> keep) {
    this.source = answer.body();
    this.length = answer.length();
    this.context = context;
    this.keep = keep;
    source.handler(this::chunk);
    source.endHandler(end -> end());
    source.exceptionHandler(this::failed);
  }

  /** Reads what is left, for nobody. */
  void absorb(Runnable whenKept, Runnable whenBroken) {
    handler = chunk -> {};
    endHandler = end -> whenKept.run();
    exceptionHandler = broken -> whenBroken.run();
    if (ended && kept) {
      whenKept.run();
    } else {
      source.resume();
    }
  }

  private void chunk(Buffer chunk) {
    bytes += chunk.length();
    Buffer all = collected;
    if (all != null) {
      collected = bytes <= StoredAnswer.LARGEST ? all.appendBuffer(chunk) : null;
    }
    if (bytes == length) {
      complete(() -> emit(chunk));
    } else {
      emit(chunk);
    }
  }

  private void end() {
    ended = true;
    if (kept) {
      emitEnd();
    } else if (!complete) {
      complete(() -> {});
    }
  }

  private void complete(Runnable rest) {
    complete = true;
    keep.apply(collected)
        .onComplete(
            done ->
                context.runOnContext(
                    here -> {
                      kept = true;
                      rest.run();
                      if (ended) {
                        emitEnd();
                      }
                    }));
  }

  private void emit(Buffer chunk) {
    Handler<Buffer> to = handler;
    if (to != null) {
      to.handle(chunk);
    }
  }

  private void emitEnd() {
    Handler<Void> to = endHandler;
    if (to != null) {
      endHandler = null;
      to.handle(null);
    }
  }

  private void failed(Throwable cause) {
    Handler<Throwable> to = exceptionHandler;
    if (to != null && !complete) {
      to.handle(cause);
    }
  }

  /** Never: even what came with the head is kept before it is handed on. */
  @Override
  public @Nullable Buffer whole() {
    return null;
  }

  @Override
  public @Nullable MultiMap trailers() {
    return source.trailers();
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
    source.pause();
    return this;
  }

  @Override
  public ReadStream<Buffer> resume() {
    source.resume();
    return this;
  }

  @Override
  public ReadStream<Buffer> fetch(long amount) {
    source.fetch(amount);
    return this;
  }
}
