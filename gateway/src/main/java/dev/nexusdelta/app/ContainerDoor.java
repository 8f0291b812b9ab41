package dev.nexusdelta.app;

import dev.nexusdelta.host.docker.Bridge;
import dev.nexusdelta.proxy.ProxyServer;
import java.util.HashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Lets agents in containers call the gateway: loopback is not theirs, so it also listens at the
 * address that this machine has on their network, for them alone. Thread-safe.
 */
final class ContainerDoor {
  private static final Logger log = LoggerFactory.getLogger(ContainerDoor.class);

  private final Listening listening;
  private final boolean urlIsGiven;
  private final Set<Bridge> bridges = new HashSet<>();
  private @Nullable ProxyServer proxy;

  ContainerDoor(Settings settings, Listening listening) {
    this.listening = listening;
    this.urlIsGiven = settings.url().isPresent();
  }

  /** How replicas on that network call the gateway; from now on they can, once it serves. */
  synchronized String url(Bridge bridge) {
    if (urlIsGiven || bridge.address().isEmpty()) {
      return listening.url();
    }
    if (bridges.add(bridge) && proxy != null) {
      open(proxy, bridge);
    }
    return "http://" + bridge.address() + ":" + listening.port();
  }

  /** The gateway serves. */
  synchronized void open(ProxyServer serving) {
    proxy = serving;
    bridges.forEach(bridge -> open(serving, bridge));
  }

  private void open(ProxyServer serving, Bridge bridge) {
    if (listening.isEverywhere()) {
      return;
    }
    serving
        .alsoListen(bridge.address(), listening.port(), bridge::contains)
        .onFailure(
            e ->
                log.warn(
                    "agents in containers cannot call the gateway at {}:{} ({}): if they have to, set url to an address that they reach",
                    bridge.address(),
                    listening.port(),
                    e.getMessage()));
  }
}
