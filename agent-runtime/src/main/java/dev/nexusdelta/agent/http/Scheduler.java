package dev.nexusdelta.agent.http;

import dev.nexusdelta.agent.tools.Timer;
import java.time.Duration;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Deadlines on one thread, which starts with the first of them. */
final class Scheduler implements Timer, AutoCloseable {
  private @Nullable ScheduledThreadPoolExecutor thread;
  private boolean closed;

  @Override
  public Runnable after(Duration delay, Runnable task) {
    Future<?> scheduled = thread().schedule(task, delay.toNanos(), TimeUnit.NANOSECONDS);
    return () -> scheduled.cancel(false);
  }

  private synchronized ScheduledThreadPoolExecutor thread() {
    if (closed) {
      throw new IllegalStateException("the agent has stopped");
    }
    if (thread == null) {
      thread =
          new ScheduledThreadPoolExecutor(
              1,
              task -> {
                Thread daemon = new Thread(task, "agent-timer");
                daemon.setDaemon(true);
                return daemon;
              });
      thread.setRemoveOnCancelPolicy(true);
    }
    return thread;
  }

  @Override
  public synchronized void close() {
    closed = true;
    if (thread != null) {
      thread.shutdownNow();
    }
  }
}
