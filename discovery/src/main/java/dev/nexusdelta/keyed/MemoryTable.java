package dev.nexusdelta.keyed;

import io.vertx.core.Future;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** The table of a gateway that is alone for good. Thread-safe. */
public final class MemoryTable implements ClaimTable {
  private final Map<CallKey, Claim> claims = new ConcurrentHashMap<>();
  private final List<Consumer<Change>> watchers = new CopyOnWriteArrayList<>();

  @Override
  public Future<@Nullable Claim> putIfAbsent(Claim claim) {
    return Future.succeededFuture(claims.putIfAbsent(claim.key(), claim));
  }

  @Override
  public Future<Void> end(Claim claim, @Nullable Claim end) {
    if (claims.remove(claim.key(), claim)) {
      watchers.forEach(watcher -> watcher.accept(new Change(claim.key(), end)));
    }
    return Future.succeededFuture();
  }

  @Override
  public void watch(Consumer<Change> seen) {
    watchers.add(seen);
  }
}
