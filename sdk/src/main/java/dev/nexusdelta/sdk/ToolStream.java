package dev.nexusdelta.sdk;

import java.util.Iterator;
import java.util.Spliterator;
import java.util.Spliterators;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.jspecify.annotations.Nullable;

/**
 * What a tool gives piece by piece. Get one from {@link RemoteAgent#stream}.
 *
 * <pre>{@code
 * try (ToolStream<Window> windows = agent.stream("rolling", parameters, Window.class)) {
 *   for (Window window : windows) {
 *     System.out.println(window.mean());
 *   }
 * }
 * }</pre>
 *
 * <p>Nothing is read ahead of the program but a few kilobytes: who takes items slowly slows the
 * tool down. {@link #close} from any thread ends the call at the agent; iteration then ends too.
 * One thread may iterate, once. While it does:
 *
 * <ul>
 *   <li>{@link ToolException} if the tool fails on the way;
 *   <li>{@link UnreachableException} if the stream is cut: the items before it are real, but not
 *       all there were to be;
 *   <li>{@link DeadlineException} if it is silent for too long ({@link RemoteAgent#idle}).
 * </ul>
 *
 * @param <T> what the items are
 */
public final class ToolStream<T> implements Iterable<T>, AutoCloseable {
  private final Source<T> source;
  private boolean taken;

  /** Where items come from. */
  @FunctionalInterface
  interface Source<T> extends AutoCloseable {
    /** The next one; null at the end. */
    @Nullable T next();

    /** Tells of progress that comes between the items. */
    default void onProgress(Consumer<Progress> listener) {}

    @Override
    default void close() {}
  }

  ToolStream(Source<T> source) {
    this.source = source;
  }

  /** The items as other things. */
  <U> ToolStream<U> map(Function<T, U> as) {
    Source<T> from = source;
    return new ToolStream<>(
        new Source<U>() {
          @Override
          public @Nullable U next() {
            T item = from.next();
            return item == null ? null : as.apply(item);
          }

          @Override
          public void onProgress(Consumer<Progress> listener) {
            from.onProgress(listener);
          }

          @Override
          public void close() {
            from.close();
          }
        });
  }

  /**
   * Has progress told to this listener, on the thread that iterates, between the items where it
   * came. Tools that tell of none, tell of none.
   */
  public ToolStream<T> onProgress(Consumer<Progress> listener) {
    source.onProgress(listener);
    return this;
  }

  /** Its items, which come while it is read; once. */
  @Override
  public Iterator<T> iterator() {
    if (taken) {
      throw new IllegalStateException("the items of a stream can be read once only");
    }
    taken = true;
    return new SourceIterator<>(source);
  }

  /** The same as a sequential stream, which closes this one when it is closed. */
  public Stream<T> items() {
    int traits = Spliterator.ORDERED | Spliterator.NONNULL;
    return StreamSupport.stream(Spliterators.spliteratorUnknownSize(iterator(), traits), false)
        .onClose(this::close);
  }

  /** Ends the call, wherever it is; without effect at the end. */
  @Override
  public void close() {
    source.close();
  }
}
