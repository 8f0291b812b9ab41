package dev.nexusdelta.keyed;

import io.vertx.core.Future;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** A table that fails as told: before it has done what it is asked for, or after it. */
final class UnsureTable implements ClaimTable {
  /** What becomes of one operation. */
  enum Fate {
    WELL,
    LOST,
    DONE_AND_FAILED
  }

  private final MemoryTable table = new MemoryTable();

  /** Of the next ones, in order; after that all is well. */
  final Deque<Fate> fates = new ArrayDeque<>();

  private <T> Future<T> fated(Supplier<Future<T>> work) {
    Fate fate = fates.isEmpty() ? Fate.WELL : fates.remove();
    if (fate == Fate.LOST) {
      return Future.failedFuture("indeterminate");
    }
    Future<T> done = work.get();
    return fate == Fate.WELL ? done : Future.failedFuture("indeterminate");
  }

  @Override
  public Future<@Nullable Claim> putIfAbsent(Claim claim) {
    return fated(() -> table.putIfAbsent(claim));
  }

  @Override
  public Future<Void> end(Claim claim, @Nullable Claim end) {
    return fated(() -> table.end(claim, end));
  }

  @Override
  public void watch(Consumer<Change> seen) {
    table.watch(seen);
  }
}
