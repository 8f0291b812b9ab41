package dev.nexusdelta.consensus;

import io.vertx.core.Future;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** Rows that are lost with the process, for tests; fails when it is told to. */
public final class MemoryAcceptor implements AcceptorStore {
  private final Map<String, String> rows = new TreeMap<>();
  private boolean full;

  @Override
  public synchronized Future<Map<String, String>> load() {
    return Future.succeededFuture(new TreeMap<>(rows));
  }

  @Override
  public synchronized Future<Void> save(Map<String, Optional<String>> changed) {
    if (full) {
      return Future.failedFuture(new IllegalStateException("no space left"));
    }
    changed.forEach(
        (key, text) -> text.ifPresentOrElse(it -> rows.put(key, it), () -> rows.remove(key)));
    return Future.succeededFuture();
  }

  /** Whether saving fails from now on. */
  public synchronized void full(boolean now) {
    full = now;
  }

  @Override
  public String where() {
    return "memory";
  }

  @Override
  public Future<Void> close() {
    return Future.succeededFuture();
  }
}
