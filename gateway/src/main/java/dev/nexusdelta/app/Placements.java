package dev.nexusdelta.app;

import dev.nexusdelta.admin.Alone;
import dev.nexusdelta.admin.DrainControl;
import dev.nexusdelta.discovery.Registry;
import dev.nexusdelta.discovery.hazelcast.HazelcastMember;
import dev.nexusdelta.discovery.hazelcast.HazelcastPlacement;
import dev.nexusdelta.fleet.AllHere;
import dev.nexusdelta.fleet.Fleet;
import dev.nexusdelta.fleet.Shares;
import dev.nexusdelta.folders.AgentFolders;
import dev.nexusdelta.load.Leadership;
import dev.nexusdelta.placement.Placement;
import dev.nexusdelta.placement.Seal;
import dev.nexusdelta.placing.ClusterShares;
import dev.nexusdelta.placing.HostFacts;
import dev.nexusdelta.placing.Placing;
import io.vertx.core.Future;
import java.util.Optional;
import java.util.Set;

/** Where replicas run: all of them here, or by placement where there are other gateways. */
final class Placements {
  private final Optional<ClusterShares> shares;

  private Placements(Optional<ClusterShares> shares) {
    this.shares = shares;
  }

  /**
   * How it is with this gateway.
   *
   * @param others whether the cluster has, or is to have, other gateways
   */
  static Placements of(boolean others) {
    return new Placements(others ? Optional.of(new ClusterShares()) : Optional.empty());
  }

  /** For the fleet. */
  Shares shares() {
    return shares.<Shares>map(it -> it).orElseGet(AllHere::new);
  }

  /**
   * Begins to place, where there are others; ends with {@code closing}.
   *
   * @param seal signs what makes a host run something
   */
  DrainControl begin(
      Frame frame,
      Registry registry,
      Fleet fleet,
      HazelcastMember member,
      Leadership leadership,
      Seal seal,
      Closing closing) {
    if (shares.isEmpty()) {
      return new Alone();
    }
    Settings settings = frame.settings();
    Surroundings world = frame.world();
    Placing placing =
        Placing.start(
            new Placing.Parts(
                frame.loops(),
                frame.standing().name(),
                registry,
                fleet,
                shares.get(),
                fleet.events(),
                new HazelcastPlacement(member, seal),
                leadership,
                new HostFacts(
                    Set.of(settings.host()),
                    Runtime.getRuntime().availableProcessors(),
                    settings.caps().memoryOf(world.memory())),
                new AgentFolders(settings.agents())::codeHash,
                Placement.Patience.USUAL,
                world.clock(),
                world.nanos()));
    closing.add("placement", placing);
    return new Drains(placing);
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
