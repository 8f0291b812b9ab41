package dev.nexusdelta.agent.tools;

import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Passes on the first value only. Thread-safe. */
final class Once<T> implements Consumer<T> {
  private final AtomicReference<@Nullable Consumer<T>> target;

  Once(Consumer<T> target) {
    this.target = new AtomicReference<>(target);
  }

  @Override
  public void accept(T value) {
    Consumer<T> first = target.getAndSet(null);
    if (first != null) {
      first.accept(value);
    }
  }
}
