package dev.nexusdelta.app;

import dev.nexusdelta.host.docker.Bridge;
import dev.nexusdelta.host.docker.DockerHostSettings;
import dev.nexusdelta.proxy.ProxyServer;
import dev.nexusdelta.proxy.ProxyServer.SideDoor;
import io.vertx.core.Future;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Lets agents in containers call the gateway: loopback is not theirs, so it also answers at the
 * address that this machine has on their network, for them alone. Thread-safe.
 */
final class ContainerDoor implements DockerHostSettings.Door {
  private static final Logger log = LoggerFactory.getLogger(ContainerDoor.class);

  private final Listening listening;
  private final boolean urlIsGiven;

  /** Open, or about to be: that of one bridge at most. */
  private final Map<Bridge, Future<SideDoor>> doors = new HashMap<>();

  private @Nullable Bridge wished;
  private @Nullable Function<Bridge, Future<SideDoor>> opener;

  /**
   * @param urlIsGiven agents are told an address that the operator takes care of
   */
  ContainerDoor(boolean urlIsGiven, Listening listening) {
    this.listening = listening;
    this.urlIsGiven = urlIsGiven;
  }

  @Override
  public String url(Bridge bridge) {
    return urlIsGiven || bridge.address().isEmpty()
        ? listening.url()
        : scheme() + bridge.address() + ":" + listening.port();
  }

  /** The door of its own is never encrypted; who listens everywhere is met at the front. */
  private String scheme() {
    return listening.isEverywhere() && listening.isEncrypted() ? "https://" : "http://";
  }

  @Override
  public synchronized void open(Bridge bridge) {
    if (!urlIsGiven && !bridge.address().isEmpty()) {
      wished = bridge;
      enter();
    }
  }

  /** The gateway serves. */
  void serve(ProxyServer proxy) {
    serve(
        bridge ->
            listening.isEverywhere()
                ? Future.succeededFuture(proxy.alsoServe(bridge.address(), bridge::contains))
                : proxy.alsoListen(bridge.address(), listening.port(), bridge::contains));
  }

  synchronized void serve(Function<Bridge, Future<SideDoor>> how) {
    opener = how;
    enter();
  }

  private void enter() {
    Bridge bridge = wished;
    Function<Bridge, Future<SideDoor>> how = opener;
    if (bridge == null || how == null) {
      return;
    }
    doors.entrySet().removeIf(door -> !door.getKey().equals(bridge) && closes(door.getValue()));
    if (!doors.containsKey(bridge)) {
      Future<SideDoor> door = how.apply(bridge);
      doors.put(bridge, door);
      door.onFailure(e -> failed(bridge, door, e));
    }
  }

  private static boolean closes(Future<SideDoor> door) {
    door.onSuccess(SideDoor::close);
    return true;
  }

  /** It is tried again when the network is looked at the next time. */
  private synchronized void failed(Bridge bridge, Future<SideDoor> door, Throwable failure) {
    doors.remove(bridge, door);
    log.warn(
        "agents in containers cannot call the gateway at {}:{} ({}): if they have to, set url to an address that they reach",
        bridge.address(),
        listening.port(),
        failure.getMessage());
  }
}
