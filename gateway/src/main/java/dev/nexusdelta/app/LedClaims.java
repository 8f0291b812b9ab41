package dev.nexusdelta.app;

import dev.nexusdelta.discovery.hazelcast.HazelcastClaims;
import dev.nexusdelta.discovery.sqlite.SqliteClaims;
import dev.nexusdelta.keyed.Claim;
import dev.nexusdelta.keyed.ClaimTable;
import dev.nexusdelta.keyed.ClaimedCalls;
import dev.nexusdelta.keyed.KeyedCalls;
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

  /** The keyed calls of a term, on disk and in the cluster; closed with the rest. */
  static KeyedCalls calls(DataFolder data, Frame frame, ClusterRegistry cluster, Closing closing) {
    Surroundings world = frame.world();
    SqliteClaims claims =
        SqliteClaims.open(frame.loops(), data.path().resolve("keyed.db"), SqliteClaims.Room.USUAL)
            .await();
    closing.add("store of keyed calls", claims::close);
    ClaimSweep sweep = ClaimSweep.start(frame.loops(), claims, world.clock());
    closing.add("sweep of keyed calls", sweep);
    return new ClaimedCalls(
        new LedClaims(new HazelcastClaims(cluster.member()), cluster::led),
        claims,
        Ids.run(frame.standing().name(), world),
        world.clock());
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
