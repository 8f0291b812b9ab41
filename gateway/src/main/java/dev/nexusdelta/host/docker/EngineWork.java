package dev.nexusdelta.host.docker;

import com.github.dockerjava.api.async.ResultCallback;
import com.github.dockerjava.api.model.ResponseItem;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.internal.ContextInternal;
import java.io.Closeable;
import java.io.IOException;
import java.time.Duration;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Long work of the engine, a build or a pull, which tells line by line how it goes. Fails with what
 * the engine says, when the connection ends early, or when it takes too long.
 *
 * @param <I> what the engine sends
 */
final class EngineWork<I extends ResponseItem> implements ResultCallback<I> {
  private static final Logger log = LoggerFactory.getLogger(EngineWork.class);

  private final ContextInternal context;
  private final String what;
  private final Function<I, @Nullable String> line;
  private final Consumer<String> lines;
  private final Promise<Void> done;
  private @Nullable String error;
  private @Nullable Closeable stream;
  private boolean closed;

  private EngineWork(
      ContextInternal context,
      String what,
      Function<I, @Nullable String> line,
      Consumer<String> lines) {
    this.context = context;
    this.what = what;
    this.line = line;
    this.lines = lines;
    this.done = context.promise();
  }

  /**
   * Begins; what the engine sends arrives on a thread of its own.
   *
   * @param underWay it is in there as long as it goes on
   * @param line of an item; null = it has none
   * @param lines takes them, on the context
   */
  static <I extends ResponseItem> Future<Void> begin(
      ContextInternal context,
      Set<EngineWork<?>> underWay,
      String what,
      Duration patience,
      Function<I, @Nullable String> line,
      Consumer<String> lines,
      Consumer<EngineWork<I>> start) {
    EngineWork<I> work = new EngineWork<>(context, what, line, lines);
    long timer = context.owner().setTimer(patience.toMillis(), fired -> work.giveUp(patience));
    underWay.add(work);
    try {
      start.accept(work);
    } catch (RuntimeException e) {
      work.done.tryFail(EngineFailure.of(what, e));
    }
    return work.done
        .future()
        .onComplete(
            ended -> {
              underWay.remove(work);
              context.owner().cancelTimer(timer);
            });
  }

  @Override
  public void onNext(I item) {
    if (item.isErrorIndicated()) {
      error = item.getErrorDetail() == null ? item.getError() : item.getErrorDetail().getMessage();
    }
    String text = line.apply(item);
    if (text != null && !text.isBlank()) {
      context.runOnContext(v -> text.lines().filter(l -> !l.isBlank()).forEach(lines));
    }
  }

  @Override
  public void onError(Throwable thrown) {
    done.tryFail(EngineFailure.of(what, thrown));
  }

  @Override
  public void onComplete() {
    String said = error;
    if (said == null) {
      done.tryComplete();
    } else {
      done.tryFail(new EngineFailure.Refused("cannot " + what + ": " + said.strip(), null));
    }
  }

  @Override
  public void onStart(Closeable flowing) {
    boolean late;
    synchronized (this) {
      stream = flowing;
      late = closed;
    }
    if (late) {
      end(flowing);
    }
  }

  @Override
  public void close() {
    Closeable flowing;
    synchronized (this) {
      closed = true;
      flowing = stream;
    }
    if (flowing != null) {
      end(flowing);
    }
  }

  private static void end(Closeable flowing) {
    try {
      flowing.close();
    } catch (IOException e) {
      log.debug("ending work of the engine failed", e);
    }
  }

  /** Nobody is there who would do it: whoever waits may try again when somebody is. */
  void away(String reason) {
    fail(new EngineFailure.Away("cannot " + what + ": " + reason, null));
  }

  private void giveUp(Duration patience) {
    fail(
        new EngineFailure.Refused(
            "cannot %s: not done within %d s".formatted(what, patience.toSeconds()), null));
  }

  private void fail(EngineFailure failure) {
    if (done.tryFail(failure)) {
      close();
    }
  }
}
