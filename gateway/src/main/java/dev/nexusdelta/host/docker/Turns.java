package dev.nexusdelta.host.docker;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.function.Supplier;

/** Lets only so much be under way at once; the rest waits in its order. For one context. */
final class Turns {
  private final int places;
  private final Deque<Runnable> waiting = new ArrayDeque<>();
  private int underWay;

  Turns(int places) {
    this.places = places;
  }

  /** Begins the work when its turn comes, perhaps at once. */
  <T> Future<T> take(Supplier<Future<T>> work) {
    Promise<T> done = Promise.promise();
    waiting.add(() -> begin(work, done));
    admit();
    return done.future();
  }

  private <T> void begin(Supplier<Future<T>> work, Promise<T> done) {
    underWay++;
    Future<T> begun;
    try {
      begun = work.get();
    } catch (RuntimeException e) {
      begun = Future.failedFuture(e);
    }
    begun.onComplete(
        ended -> {
          underWay--;
          done.handle(ended);
          admit();
        });
  }

  private void admit() {
    while (underWay < places && !waiting.isEmpty()) {
      waiting.remove().run();
    }
  }
}
