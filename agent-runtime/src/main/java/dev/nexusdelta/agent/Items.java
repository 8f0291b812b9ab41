package dev.nexusdelta.agent;

import java.util.Iterator;
import java.util.Objects;
import java.util.concurrent.Flow;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Publishers for tools that make their items one after another: each is made only when the caller
 * has room for it, on a thread of the tool's, which may block.
 *
 * <pre>{@code
 * @Tool public Flow.Publisher<Row> rows(String table) {
 *   return Items.of(database.rows(table)); // a Stream<Row>, closed however the call ends
 * }
 * }</pre>
 */
public final class Items {
  private Items() {}

  /** The items of an iterable; each call of the publisher's {@code subscribe} goes through anew. */
  public static <T> Flow.Publisher<T> of(Iterable<? extends T> items) {
    return subscriber -> begin(subscriber, items::iterator, () -> {});
  }

  /** The items of a stream, for one subscriber; the stream is closed at the end. */
  public static <T> Flow.Publisher<T> of(Stream<? extends T> items) {
    return subscriber -> begin(subscriber, items::iterator, items::close);
  }

  private interface Source<T> {
    Iterator<? extends T> open();
  }

  private static <T> void begin(
      Flow.Subscriber<? super T> subscriber, Source<T> source, Runnable close) {
    Pull<T> pull = new Pull<>(subscriber, source, close);
    subscriber.onSubscribe(pull);
  }

  private static final class Pull<T> implements Flow.Subscription {
    private final Flow.Subscriber<? super T> subscriber;
    private final Source<T> source;
    private final Runnable close;
    private final AtomicLong wanted = new AtomicLong();
    private @Nullable Iterator<? extends T> items;
    private volatile boolean over;
    private volatile boolean badRequest;

    Pull(Flow.Subscriber<? super T> subscriber, Source<T> source, Runnable close) {
      this.subscriber = subscriber;
      this.source = source;
      this.close = close;
    }

    @Override
    public void request(long n) {
      if (n <= 0) {
        badRequest = true;
      }
      long more = Math.max(1, n);
      // Whoever finds it at 0 gives the items; others, and itself further in, only add to it.
      if (wanted.getAndAccumulate(more, Pull::sum) == 0) {
        give();
      }
    }

    private static long sum(long a, long b) {
      long sum = a + b;
      return sum < 0 ? Long.MAX_VALUE : sum;
    }

    private void give() {
      long given = 0;
      long all = wanted.get();
      while (true) {
        while (given < all && !over) {
          one();
          given++;
        }
        if (over) {
          close();
          return;
        }
        all = wanted.get();
        if (given == all) {
          all = wanted.addAndGet(-given);
          if (all == 0) {
            return;
          }
          given = 0;
        }
      }
    }

    private void one() {
      @Nullable T item;
      try {
        item = next();
      } catch (Throwable e) {
        over = true;
        subscriber.onError(e);
        return;
      }
      if (item == null) {
        over = true;
        subscriber.onComplete();
      } else {
        subscriber.onNext(item);
      }
    }

    private @Nullable T next() {
      if (badRequest) {
        throw new IllegalArgumentException("asked for fewer than one item");
      }
      if (items == null) {
        items = source.open();
      }
      return items.hasNext() ? Objects.requireNonNull(items.next(), "an item is null") : null;
    }

    @Override
    public void cancel() {
      over = true;
      // Only where nobody is giving items; else the giver closes.
      if (wanted.getAndSet(Long.MAX_VALUE) == 0) {
        close();
      }
    }

    private void close() {
      try {
        close.run();
      } catch (RuntimeException e) {
        // The items are given, and nobody is left to be told.
      }
    }
  }
}
