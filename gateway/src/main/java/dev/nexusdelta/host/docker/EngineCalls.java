package dev.nexusdelta.host.docker;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.internal.ContextInternal;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * Threads that wait for answers of the engine, so many and no more. Each question has a time within
 * which it is answered once it was asked; then it is interrupted, which closes its connection, and
 * fails as {@link EngineFailure.Away}. While the engine is known to be away, none is asked.
 *
 * <p>Thread-safe; futures complete on the context given.
 */
final class EngineCalls {
  private static final long IDLE_SECONDS = 10;

  private final ContextInternal context;
  private final ThreadPoolExecutor pool;
  private final ScheduledExecutorService deadlines;
  private volatile @Nullable String trouble;
  private volatile Runnable suspicion = () -> {};

  /** Starts no thread yet. */
  EngineCalls(ContextInternal context, String name, int threads) {
    this.context = context;
    AtomicInteger count = new AtomicInteger();
    ThreadFactory daemons =
        work -> {
          Thread thread = new Thread(work, name + "-" + count.incrementAndGet());
          thread.setDaemon(true);
          return thread;
        };
    this.pool =
        new ThreadPoolExecutor(
            threads, threads, IDLE_SECONDS, TimeUnit.SECONDS, new LinkedBlockingQueue<>(), daemons);
    pool.allowCoreThreadTimeOut(true);
    ScheduledThreadPoolExecutor timer = new ScheduledThreadPoolExecutor(1, daemons);
    timer.setRemoveOnCancelPolicy(true);
    timer.setKeepAliveTime(IDLE_SECONDS, TimeUnit.SECONDS);
    timer.allowCoreThreadTimeOut(true);
    this.deadlines = timer;
  }

  /** Runs on the context whenever a question was not answered although the engine seemed there. */
  void onSilence(Runnable look) {
    suspicion = look;
  }

  /** From now on questions fail at once, until told otherwise. */
  void away(Optional<String> reason) {
    trouble = reason.orElse(null);
  }

  /**
   * Asks when its turn comes.
   *
   * @param what for people: {@code create container x}
   * @param patience from the moment in which it is asked
   */
  <T> Future<T> ask(String what, Duration patience, Callable<T> question) {
    Call<T> call = new Call<>(what, patience, question, context.promise());
    try {
      pool.execute(call);
    } catch (java.util.concurrent.RejectedExecutionException closed) {
      call.drop();
    }
    return call.answer.future().onFailure(this::consider);
  }

  private void consider(Throwable failure) {
    if (failure instanceof EngineFailure.Away && trouble == null) {
      suspicion.run();
    }
  }

  /** Interrupts what is asked and drops what waits; the threads end. */
  void close() {
    for (Runnable waiting : pool.shutdownNow()) {
      if (waiting instanceof Call<?> call) {
        call.drop();
      }
    }
    deadlines.shutdownNow();
  }

  private final class Call<T> implements Runnable {
    private final String what;
    private final Duration patience;
    private final Callable<T> question;
    private final Promise<T> answer;
    private @Nullable Thread asking;

    Call(String what, Duration patience, Callable<T> question, Promise<T> answer) {
      this.what = what;
      this.patience = patience;
      this.question = question;
      this.answer = answer;
    }

    @Override
    public void run() {
      String known = trouble;
      if (known != null) {
        answer.tryFail(new EngineFailure.Away("cannot " + what + ": " + known, null));
        return;
      }
      begin(Thread.currentThread());
      ScheduledFuture<?> deadline;
      try {
        deadline = deadlines.schedule(this::giveUp, patience.toNanos(), TimeUnit.NANOSECONDS);
      } catch (java.util.concurrent.RejectedExecutionException closed) {
        drop();
        return;
      }
      try {
        T value = question.call();
        end();
        answer.tryComplete(value);
      } catch (Exception | LinkageError e) {
        end();
        answer.tryFail(EngineFailure.of(what, e));
      } finally {
        deadline.cancel(false);
      }
    }

    private synchronized void begin(Thread thread) {
      asking = thread;
    }

    /** After this the thread is not ours to interrupt. */
    private synchronized void end() {
      asking = null;
    }

    private synchronized void giveUp() {
      Thread thread = asking;
      if (thread != null) {
        answer.tryFail(
            new EngineFailure.Away(
                "cannot %s: the engine has not answered within %d ms"
                    .formatted(what, patience.toMillis()),
                null));
        thread.interrupt();
      }
    }

    void drop() {
      answer.tryFail(
          new EngineFailure.Away("cannot " + what + ": the docker host is closed", null));
    }
  }
}
