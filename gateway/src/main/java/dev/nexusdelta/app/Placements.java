package dev.nexusdelta.app;

import dev.nexusdelta.admin.Alone;
import dev.nexusdelta.admin.DrainControl;
import dev.nexusdelta.discovery.Registry;
import dev.nexusdelta.discovery.hazelcast.HazelcastPlacement;
import dev.nexusdelta.discovery.hazelcast.Seal;
import dev.nexusdelta.fleet.Fleet;
import dev.nexusdelta.fleet.Shares;
import dev.nexusdelta.placement.Placement;
import dev.nexusdelta.placing.ClusterShares;
import dev.nexusdelta.placing.HostFacts;
import dev.nexusdelta.placing.Placing;
import io.vertx.core.Future;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Where replicas run: all of them here, and by placement from when the cluster has other gateways.
 * Thread-safe.
 */
final class Placements implements DrainControl {
  private static final String PURPOSE = "placement";
  private static final DrainControl ALONE = new Alone();

  private final ClusterShares shares;
  private @Nullable Placing placing;
  private boolean closed;

  /**
   * Nothing is placed yet.
   *
   * @param shared whether there are to be others: then nothing begins here before it is known what
   *     runs there
   */
  Placements(boolean shared) {
    shares = shared ? new ClusterShares() : ClusterShares.unused();
  }

  /** For the fleet. */
  Shares shares() {
    return shares;
  }

  /** Places once there are others; ends with {@code closing}. */
  DrainControl begin(
      Frame frame,
      Registry registry,
      Fleet fleet,
      ClusterRegistry cluster,
      CodeTravel code,
      Closing closing) {
    closing.add("placement", this::close);
    cluster.whenShared(() -> start(frame, registry, fleet, cluster, code));
    return this;
  }

  private synchronized void start(
      Frame frame, Registry registry, Fleet fleet, ClusterRegistry cluster, CodeTravel code) {
    if (closed || placing != null) {
      return;
    }
    Settings settings = frame.settings();
    Surroundings world = frame.world();
    shares.use(registry.agents().stream().map(spec -> spec.name().key()).toList());
    placing =
        Placing.start(
            new Placing.Parts(
                frame.loops(),
                frame.standing().name(),
                registry,
                fleet,
                shares,
                fleet.events(),
                new HazelcastPlacement(cluster.member(), sealed(frame.peers().seal())),
                cluster.store().drains(),
                cluster::forgotten,
                cluster.leadership(),
                new HostFacts(
                    Set.of(settings.host()),
                    Runtime.getRuntime().availableProcessors(),
                    settings.caps().memoryOf(world.memory())),
                code::held,
                Placement.Patience.USUAL,
                world.clock(),
                world.nanos()));
  }

  private static dev.nexusdelta.placement.Seal sealed(Seal seal) {
    return new dev.nexusdelta.placement.Seal(
        text -> seal.seal(PURPOSE, text),
        text -> {
          try {
            return Optional.of(seal.open(PURPOSE, text));
          } catch (IllegalArgumentException stranger) {
            return Optional.empty();
          }
        });
  }

  private synchronized void close() {
    closed = true;
    Placing open = placing;
    if (open != null) {
      open.close();
    }
  }

  /**
   * Bytes that the replicas of all agents may take together.
   *
   * @param here what those on this machine may
   */
  synchronized long memory(long here) {
    Placing open = placing;
    return open == null ? here : Math.max(here, open.memory());
  }

  private synchronized DrainControl present() {
    Placing open = placing;
    return open == null ? ALONE : new Drains(open);
  }

  @Override
  public Set<String> gateways() {
    return present().gateways();
  }

  @Override
  public Set<String> draining() {
    return present().draining();
  }

  @Override
  public Future<Void> drain(String gateway, boolean drain) {
    return present().drain(gateway, drain);
  }

  private record Drains(Placing placing) implements DrainControl {
    @Override
    public Set<String> gateways() {
      return placing.gateways();
    }

    @Override
    public Set<String> draining() {
      return placing.draining();
    }

    @Override
    public Future<Void> drain(String gateway, boolean drain) {
      return placing.drain(gateway, drain);
    }
  }
}
