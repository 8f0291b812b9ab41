package dev.nexusdelta.sdk;

import java.util.Iterator;
import java.util.NoSuchElementException;
import org.jspecify.annotations.Nullable;

/** Takes from a source when the next item is asked for, and not before. For one thread. */
final class SourceIterator<T> implements Iterator<T> {
  private final ToolStream.Source<T> source;
  private @Nullable T next;

  SourceIterator(ToolStream.Source<T> source) {
    this.source = source;
  }

  @Override
  public boolean hasNext() {
    if (next == null) {
      next = source.next();
    }
    return next != null;
  }

  @Override
  public T next() {
    T item = hasNext() ? next : null;
    if (item == null) {
      throw new NoSuchElementException();
    }
    next = null;
    return item;
  }
}
