package dev.nexusdelta.agent.tools;

import java.time.Duration;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Awaits a plain {@link Future}, which tells nobody when it is done, without holding a thread:
 * looks after 1 ms, then ever less often, at least each 50 ms.
 */
final class Polling implements Runnable {
  private static final long MAX_MILLIS = 50;

  private final Future<?> future;
  private final Timer timer;
  private final BiConsumer<@Nullable Object, @Nullable Throwable> done;
  private long millis = 1;

  Polling(Future<?> future, Timer timer, BiConsumer<@Nullable Object, @Nullable Throwable> done) {
    this.future = future;
    this.timer = timer;
    this.done = done;
  }

  @Override
  public void run() {
    if (!future.isDone()) {
      timer.after(Duration.ofMillis(millis), this);
      millis = Math.min(MAX_MILLIS, millis * 2);
      return;
    }
    Object result;
    try {
      result = future.get();
    } catch (ExecutionException | CancellationException e) {
      done.accept(null, e);
      return;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      done.accept(null, e);
      return;
    }
    done.accept(result, null);
  }
}
