package dev.nexusdelta.host.supervision;

import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.WorkerExecutor;
import io.vertx.core.internal.ContextInternal;
import java.time.Duration;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/**
 * The one context on which the host's state lives, and the threads for what blocks: files and
 * signals on one pool, builds on another, so that a hundred compilations delay no stop.
 *
 * <p>{@link #run} and {@link #ask} may be called from any thread, all else from the context only.
 */
public final class Actor {
  private static final long LONGEST_TASK_MINUTES = 10;

  private final ContextInternal context;
  private final Vertx vertx;
  private final WorkerExecutor files;
  private final WorkerExecutor builds;
  private final Set<Long> timers = new HashSet<>();
  private final Promise<Void> idle;
  private int underWay;
  private boolean closed;

  public Actor(Context context, String name, int fileThreads, int buildThreads) {
    this.context = (ContextInternal) context;
    this.vertx = context.owner();
    this.idle = this.context.promise();
    this.files =
        vertx.createSharedWorkerExecutor(
            name + "-files", fileThreads, LONGEST_TASK_MINUTES, TimeUnit.MINUTES);
    this.builds =
        vertx.createSharedWorkerExecutor(
            name + "-builds", buildThreads, LONGEST_TASK_MINUTES, TimeUnit.MINUTES);
  }

  /** Runs on the context, later if called elsewhere. Nothing is run after the end. */
  public void run(Runnable work) {
    context.runOnContext(
        v -> {
          if (!closed) {
            work.run();
          }
        });
  }

  /** Asks on the context; the answer arrives there too. */
  public <T> Future<T> ask(Supplier<Future<T>> question) {
    Promise<T> answer = context.promise();
    context.runOnContext(
        v -> {
          if (closed) {
            answer.fail(new IllegalStateException("the host is closed"));
            return;
          }
          try {
            question.get().onComplete(answer);
          } catch (RuntimeException e) {
            answer.fail(e);
          }
        });
    return answer.future();
  }

  public <T> Future<T> files(Callable<T> work) {
    return blocking(files, work);
  }

  public <T> Future<T> builds(Callable<T> work) {
    return blocking(builds, work);
  }

  private <T> Future<T> blocking(WorkerExecutor pool, Callable<T> work) {
    if (closed) {
      return context.failedFuture(new IllegalStateException("the host is closed"));
    }
    underWay++;
    return pool.executeBlocking(work, false).onComplete(done -> ended());
  }

  public boolean isClosed() {
    return closed;
  }

  private void ended() {
    underWay--;
    if (closed && underWay == 0) {
      idle.tryComplete();
    }
  }

  public long after(Duration delay, Runnable work) {
    long id =
        vertx.setTimer(
            Math.max(1, delay.toMillis()),
            fired -> {
              timers.remove(fired);
              work.run();
            });
    timers.add(id);
    return id;
  }

  public long every(Duration interval, Runnable work) {
    long id = vertx.setPeriodic(interval.toMillis(), fired -> work.run());
    timers.add(id);
    return id;
  }

  public void cancel(long timer) {
    if (timers.remove(timer)) {
      vertx.cancelTimer(timer);
    }
  }

  /** Starts nothing more, waits for what blocks, and ends the threads. */
  public Future<Void> close() {
    closed = true;
    timers.forEach(vertx::cancelTimer);
    timers.clear();
    if (underWay == 0) {
      idle.tryComplete();
    }
    return idle.future().compose(v -> files.close()).compose(v -> builds.close());
  }
}
