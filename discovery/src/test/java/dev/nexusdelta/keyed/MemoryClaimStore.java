package dev.nexusdelta.keyed;

import io.vertx.core.Future;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** Claims that are gone with the process. */
public final class MemoryClaimStore implements ClaimStore {
  private final Map<CallKey, Claim> claims = new ConcurrentHashMap<>();
  private final int room;
  private volatile boolean closed;

  public MemoryClaimStore(int room) {
    this.room = room;
  }

  /** As after a restart. */
  void lose() {
    claims.replaceAll((key, claim) -> claim.lost());
  }

  @Override
  public synchronized Future<@Nullable Claim> putIfAbsent(Claim claim, long nowMillis) {
    if (closed) {
      return Future.failedFuture(new IllegalStateException("closed"));
    }
    Claim there = claims.get(claim.key());
    if (there != null && !there.isExpired(nowMillis)) {
      return Future.succeededFuture(there);
    }
    if (there == null && claims.size() >= room) {
      return Future.succeededFuture();
    }
    claims.put(claim.key(), claim);
    return Future.succeededFuture(claim);
  }

  @Override
  public Future<Void> put(Claim claim) {
    claims.put(claim.key(), claim);
    return Future.succeededFuture();
  }

  @Override
  public Future<Void> remove(Claim claim) {
    claims.computeIfPresent(
        claim.key(), (key, there) -> there.owner().equals(claim.owner()) ? null : there);
    return Future.succeededFuture();
  }

  @Override
  public Future<Integer> sweep(long nowMillis) {
    claims.values().removeIf(claim -> claim.isExpired(nowMillis));
    return Future.succeededFuture(0);
  }

  @Override
  public Future<Void> close() {
    closed = true;
    return Future.succeededFuture();
  }
}
