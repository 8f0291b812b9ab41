package dev.nexusdelta.app;

import dev.nexusdelta.discovery.AgentSpec;
import dev.nexusdelta.discovery.Registry;
import dev.nexusdelta.folders.AgentFolders;
import dev.nexusdelta.folders.CodeParcel;
import dev.nexusdelta.host.ReplicaHost;
import dev.nexusdelta.placing.HeldCode;
import dev.nexusdelta.travel.CodePlaces;
import dev.nexusdelta.travel.Courier;
import dev.nexusdelta.travel.CourierHost;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** Agents' code on this machine, and on its way between the cluster's. */
final class CodeTravel {
  private static final String TOPIC = "code";

  private final Vertx vertx;
  private final AgentFolders folders;
  private final CodePlaces places;
  private final Courier courier;

  /** From now on other gateways get what is here. */
  CodeTravel(Frame frame, Path data, Registry registry, ClusterRegistry cluster) {
    vertx = frame.loops();
    folders = new AgentFolders(frame.settings().agents());
    places = new CodePlaces(folders, data);
    courier =
        new Courier(
            vertx,
            places,
            name -> registry.agent(name).map(AgentSpec::manifest),
            cluster::others,
            (gateway, question) -> cluster.messages().send(TOPIC, gateway, question));
    cluster.messages().receive(TOPIC, courier::answer);
  }

  /** The same hosts, of which those that run replicas get their code from elsewhere too. */
  Map<String, ReplicaHost> before(Map<String, ReplicaHost> hosts, ReplicaHost running) {
    Map<String, ReplicaHost> all = new HashMap<>(hosts);
    all.put(running.kind(), new CourierHost(vertx, running, places, courier));
    return Map.copyOf(all);
  }

  /** What of an agent's code is here; blocking. */
  HeldCode held(AgentSpec spec) {
    Optional<Path> place = places.find(spec.manifest(), spec.codeHash());
    if (place.isPresent()) {
      try {
        return new HeldCode(spec.codeHash(), CodeParcel.fits(place.get()));
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
    boolean other = Files.isDirectory(folders.folder(spec.name()));
    return new HeldCode(other ? folders.codeHash(spec.manifest()) : "", false);
  }
}
