package dev.nexusdelta.app;

import dev.nexusdelta.keyed.Claim;
import dev.nexusdelta.keyed.ClaimTable;
import io.vertx.core.Future;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Claims that are entered only while this gateway belongs to a majority: on the other side of a
 * split the same key could be claimed too, and its call would run twice.
 */
final class LedClaims implements ClaimTable {
  private final ClaimTable claims;
  private final Supplier<Future<Void>> led;

  /**
   * @param led succeeds once a majority follows a leader; fails if none does for a while
   */
  LedClaims(ClaimTable claims, Supplier<Future<Void>> led) {
    this.claims = claims;
    this.led = led;
  }

  @Override
  public Future<@Nullable Claim> putIfAbsent(Claim claim) {
    return led.get().compose(there -> claims.putIfAbsent(claim));
  }

  @Override
  public Future<Void> end(Claim claim, @Nullable Claim end) {
    return claims.end(claim, end);
  }

  @Override
  public void watch(Consumer<Change> seen) {
    claims.watch(seen);
  }
}
