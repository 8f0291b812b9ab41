package dev.nexusdelta.agent.http;

import dev.nexusdelta.agent.tools.Workers;
import java.lang.reflect.InvocationTargetException;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedTransferQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The threads of an agent. Where the JDK has virtual threads each exchange gets one; elsewhere a
 * bounded pool serves them, of which some threads are kept from tools, so that health is answered
 * while every tool blocks. Tools run on the thread of their exchange: no hand-over on the way.
 */
final class Threads implements Executor, Workers, AutoCloseable {
  /** Threads beyond those of the tools: they read requests, answer health, send 503. */
  private static final int RESERVE = 16;

  private static final int QUEUE = 1024;
  private static final long IDLE_SECONDS = 10;

  private final ExecutorService exchanges;
  private final int tools;
  private final Queue<Runnable> waiting = new ArrayDeque<>();
  private int working;

  private Threads(ExecutorService exchanges, int tools) {
    this.exchanges = exchanges;
    this.tools = tools;
  }

  /**
   * @param tools tools that run at once where threads are the system's
   */
  static Threads start(int tools) {
    ExecutorService virtual = virtual();
    return virtual == null
        ? new Threads(pool(tools + RESERVE), tools)
        : new Threads(virtual, Integer.MAX_VALUE);
  }

  /** By reflection: this class runs on JDK 17 too. Only from 24 on nothing pins a carrier. */
  private static @Nullable ExecutorService virtual() {
    if (Runtime.version().feature() < 24) {
      return null;
    }
    try {
      return (ExecutorService)
          Executors.class.getMethod("newVirtualThreadPerTaskExecutor").invoke(null);
    } catch (NoSuchMethodException | IllegalAccessException | InvocationTargetException e) {
      return null;
    }
  }

  /** Prefers an idle thread to a new one, and a new one to waiting. */
  private static ExecutorService pool(int threads) {
    LinkedTransferQueue<Runnable> queue =
        new LinkedTransferQueue<>() {
          private static final long serialVersionUID = 1L;

          @Override
          public boolean offer(Runnable task) {
            return tryTransfer(task);
          }
        };
    return new ThreadPoolExecutor(
        0,
        threads,
        IDLE_SECONDS,
        TimeUnit.SECONDS,
        queue,
        Threads::thread,
        (task, pool) -> {
          if (pool.isShutdown()) {
            throw new RejectedExecutionException("the agent has stopped");
          }
          queue.put(task);
        });
  }

  private static Thread thread(Runnable task) {
    Thread thread = new Thread(task, "agent-worker");
    thread.setDaemon(true);
    return thread;
  }

  @Override
  public void execute(Runnable task) {
    exchanges.execute(task);
  }

  @Override
  public boolean run(Runnable task) {
    synchronized (waiting) {
      if (working >= tools) {
        return waiting.size() < QUEUE && waiting.add(task);
      }
      working++;
    }
    work(task);
    return true;
  }

  @Override
  public boolean start(Runnable task) {
    synchronized (waiting) {
      if (working >= tools) {
        return waiting.size() < QUEUE && waiting.add(task);
      }
      working++;
    }
    try {
      exchanges.execute(() -> work(task));
      return true;
    } catch (RejectedExecutionException e) {
      synchronized (waiting) {
        working--;
      }
      return false;
    }
  }

  private void work(Runnable task) {
    @Nullable Runnable next = task;
    while (next != null) {
      try {
        next.run();
      } finally {
        next = next();
      }
    }
  }

  private @Nullable Runnable next() {
    synchronized (waiting) {
      Runnable next = waiting.poll();
      if (next == null) {
        working--;
      }
      return next;
    }
  }

  @Override
  public void close() {
    exchanges.shutdownNow();
  }
}
