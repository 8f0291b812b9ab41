package dev.nexusdelta.host.docker;

import io.vertx.core.Context;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Hands over what a stream's thread reads to a Vert.x context: in order, in batches, and never more
 * than {@code capacity} at a time, however slow the receiver is.
 */
final class Deliveries<T> {
  private static final Logger log = LoggerFactory.getLogger(Deliveries.class);

  private final Context context;
  private final int capacity;
  private final Consumer<List<T>> receiver;
  // All below under this object's lock.
  private List<T> waiting = new ArrayList<>();
  private boolean scheduled;
  private boolean closed;

  /**
   * @param receiver called on the context; not after {@link #close} has returned there
   */
  Deliveries(Context context, int capacity, Consumer<List<T>> receiver) {
    this.context = context;
    this.capacity = capacity;
    this.receiver = receiver;
  }

  /** Waits for room. */
  synchronized void put(T item) throws InterruptedException {
    while (waiting.size() >= capacity && !closed) {
      wait();
    }
    add(item);
  }

  /** Does not wait: where there is no room, all that waits is replaced by {@code instead}. */
  synchronized void offer(T item, T instead) {
    if (waiting.size() >= capacity) {
      waiting.clear();
      add(instead);
    } else {
      add(item);
    }
  }

  /** Runs this after all that was put. */
  synchronized void end(Runnable last) {
    if (!closed) {
      context.runOnContext(
          v -> {
            if (!isClosed()) {
              last.run();
            }
          });
    }
  }

  private synchronized boolean isClosed() {
    return closed;
  }

  /** Hands over nothing from now on. Any thread. */
  synchronized void close() {
    closed = true;
    waiting.clear();
    notifyAll();
  }

  private void add(T item) {
    if (closed) {
      return;
    }
    waiting.add(item);
    if (!scheduled) {
      scheduled = true;
      context.runOnContext(v -> deliver());
    }
  }

  private void deliver() {
    List<T> batch;
    synchronized (this) {
      batch = waiting;
      waiting = new ArrayList<>();
      scheduled = false;
      notifyAll();
    }
    if (batch.isEmpty()) {
      return;
    }
    try {
      receiver.accept(batch);
    } catch (RuntimeException e) {
      log.error("the receiver of what the engine says failed over {} items", batch.size(), e);
    }
  }
}
