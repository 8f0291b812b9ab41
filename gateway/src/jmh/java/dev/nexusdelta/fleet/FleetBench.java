package dev.nexusdelta.fleet;

import dev.nexusdelta.manifest.AgentName;
import dev.nexusdelta.manifest.ManifestReader;
import io.vertx.core.net.SocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Agents and replicas for benchmarks: nothing listens there. */
public final class FleetBench {
  private FleetBench() {}

  /** A healthy agent with three replicas. */
  public static AgentView view(String name) {
    return new AgentView(
        new AgentName(name),
        ManifestReader.read("name: " + name + "\nrun: {url: 'http://127.0.0.1:1'}")
            .fold(
                manifest -> manifest,
                faults -> {
                  throw new IllegalStateException(faults.toString());
                }),
        AgentState.HEALTHY,
        replicas(name, 3),
        3,
        Optional.empty(),
        List.of());
  }

  static List<Replica> replicas(String agent, int count) {
    List<Replica> replicas = new ArrayList<>();
    for (int i = 1; i <= count; i++) {
      String id = agent + "-" + i;
      replicas.add(
          new Replica(
              id,
              new AgentName(agent),
              i,
              "r1",
              SocketAddress.inetSocketAddress(20_000 + i, "127.0.0.1"),
              64,
              Map.of(),
              new ReplicaCircuit(id, System::nanoTime),
              (replica, reason) -> {}));
    }
    return replicas;
  }
}
