package dev.nexusdelta.host.docker;

import com.github.dockerjava.api.model.Network;
import dev.nexusdelta.host.docker.DockerHostSettings.Reach;
import dev.nexusdelta.host.supervision.Actor;
import io.vertx.core.Future;
import java.net.SocketException;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The bridge on which replicas live, unable to talk to each other. Made where it is missing.
 *
 * @param name of the network
 * @param byContainer replicas are called at their own addresses there, else at published ports
 */
record ReplicaNetwork(String name, Bridge bridge, boolean byContainer) {
  private static final Logger log = LoggerFactory.getLogger(ReplicaNetwork.class);
  private static final String DRIVER = "bridge";
  private static final String TALK = "com.docker.network.bridge.enable_icc";
  private static final Map<String, String> OPTIONS = Map.of(TALK, "false");
  private static final Map<String, String> LABELS = Map.of(Labels.NETWORK, "true");

  /**
   * Finds it, or makes it, and looks how replicas are reached. Fails with an {@link
   * IllegalStateException} that says what to do, if the name is somebody else's.
   */
  static Future<ReplicaNetwork> ensure(Actor actor, Engine engine, DockerHostSettings settings) {
    String name = settings.network();
    return engine
        .networks(name)
        .compose(all -> all.isEmpty() ? make(engine, name) : Future.succeededFuture(all))
        .compose(all -> alone(engine, all))
        .compose(
            found ->
                unfit(found).isEmpty()
                    ? actor.files(() -> of(found, settings.reach()))
                    : Future.failedFuture(refused(engine, name, unfit(found))));
  }

  /** One of several is kept, as a name that means two is refused by the engine. */
  private static Future<Network> alone(Engine engine, List<Network> all) {
    if (all.isEmpty()) {
      return Future.failedFuture("the engine has made a network and does not list it");
    }
    Future<Void> removed = Future.succeededFuture();
    for (Network further : all.subList(1, all.size())) {
      if (isOurs(further.getLabels())) {
        removed = removed.compose(v -> engine.removeNetwork(further.getId()).otherwiseEmpty());
      }
    }
    return removed.map(v -> all.get(0));
  }

  /** Removes it, unless somebody else has made it; fails while somebody is on it. */
  static Future<Void> remove(Engine engine, String name) {
    return engine
        .networks(name)
        .compose(
            all ->
                Future.join(
                        all.stream()
                            .filter(found -> isOurs(found.getLabels()))
                            .map(found -> engine.removeNetwork(found.getId()))
                            .toList())
                    .mapEmpty());
  }

  /** Made for replicas. */
  static boolean isOurs(@Nullable Map<String, String> labels) {
    return labels != null && "true".equals(labels.get(Labels.NETWORK));
  }

  /** What it lacks to lock replicas in; empty text = nothing. */
  private static String unfit(Network found) {
    if (!isOurs(found.getLabels())) {
      return "it has no label " + Labels.NETWORK + "=true";
    }
    if (!DRIVER.equals(found.getDriver())) {
      return "its driver is " + found.getDriver() + ", not " + DRIVER;
    }
    Map<String, String> options = found.getOptions();
    return options != null && "false".equals(options.get(TALK))
        ? ""
        : "containers on it can talk to each other (option " + TALK + " is not false)";
  }

  private static IllegalStateException refused(Engine engine, String name, String unfit) {
    return new IllegalStateException(
        ("network %s of the container engine %s was not made by a gateway for its replicas: %s. "
                + "If nobody needs it: docker network rm %s, and start again, which makes it anew")
            .formatted(name, engine.clients().address(), unfit, name));
  }

  private static Future<List<Network>> make(Engine engine, String name) {
    log.info("network {} is made", name);
    return engine
        .createBridge(name, OPTIONS, LABELS)
        .recover(
            failure ->
                failure instanceof EngineFailure.Conflict
                    ? Future.succeededFuture()
                    : Future.failedFuture(failure))
        .compose(made -> engine.networks(name));
  }

  private static ReplicaNetwork of(Network found, Reach reach) throws SocketException {
    String gateway = "";
    String subnet = "";
    if (found.getIpam() != null && found.getIpam().getConfig() != null) {
      for (Network.Ipam.Config config : found.getIpam().getConfig()) {
        if (gateway.isEmpty() && config.getGateway() != null) {
          gateway = config.getGateway();
          subnet = String.valueOf(config.getSubnet());
        }
      }
    }
    Bridge bridge = new Bridge(gateway, subnet);
    return new ReplicaNetwork(found.getName(), bridge, byContainer(reach, Confinement.now(bridge)));
  }

  /**
   * Whether replicas are called at their own addresses. Who asks for that explicitly knows a way.
   *
   * @throws IllegalStateException if replicas cannot be called at all
   */
  static boolean byContainer(Reach reach, Confinement confinement) {
    if (reach != Reach.CONTAINER && confinement.reachesNobody()) {
      throw new IllegalStateException(
          "this gateway runs in a container with a network of its own, from which replicas in other containers"
              + " cannot be called: run it with 'docker run --network host ...' and"
              + " NEXUS_LISTEN=127.0.0.1:8080, or outside of a container");
    }
    return reach == Reach.CONTAINER || (reach == Reach.AUTO && confinement.onBridge());
  }

  /** How the gateway calls a replica. */
  String address(String container) {
    return byContainer && !container.isEmpty() ? container : "127.0.0.1";
  }

  /** The port to that address. */
  int port(String container, int inside, int published) {
    return byContainer && !container.isEmpty() ? inside : published;
  }
}
