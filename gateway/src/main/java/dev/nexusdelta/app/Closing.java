package dev.nexusdelta.app;

import io.vertx.core.Future;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Everything that was started, to be ended in reverse order. Not thread-safe: filled by one thread,
 * closed by one.
 */
final class Closing {
  private static final Logger log = LoggerFactory.getLogger(Closing.class);

  private final Deque<Part> parts = new ArrayDeque<>();

  private record Part(String name, Supplier<Future<Void>> close) {}

  void add(String name, Supplier<Future<Void>> close) {
    parts.push(new Part(name, close));
  }

  void add(String name, AutoCloseable part) {
    add(
        name,
        () -> {
          try {
            part.close();
            return Future.succeededFuture();
          } catch (Exception e) {
            return Future.failedFuture(e);
          }
        });
  }

  /** Leaves it to others to end that part. */
  void forget(String name) {
    parts.removeIf(part -> part.name().equals(name));
  }

  /**
   * Ends all parts, the last one first, whatever happens to the others.
   *
   * @param each longest wait for one part
   * @return whether all ended
   */
  boolean close(Duration each) {
    boolean all = true;
    while (!parts.isEmpty()) {
      Part part = parts.pop();
      try {
        part.close()
            .get()
            .toCompletionStage()
            .toCompletableFuture()
            .get(each.toMillis(), TimeUnit.MILLISECONDS);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return false;
      } catch (ExecutionException e) {
        log.warn("{} did not end well: {}", part.name(), String.valueOf(e.getCause()));
        all = false;
      } catch (TimeoutException e) {
        log.warn("{} did not end within {} s", part.name(), each.toSeconds());
        all = false;
      }
    }
    return all;
  }
}
