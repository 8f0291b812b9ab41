package dev.nexusdelta.app;

import dev.nexusdelta.host.docker.Bridge;
import dev.nexusdelta.host.docker.DockerHostSettings;
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
final class ContainerDoor implements DockerHostSettings.Door {
  private static final Logger log = LoggerFactory.getLogger(ContainerDoor.class);

  private final Listening listening;
  private final boolean urlIsGiven;
  private final Set<Bridge> bridges = new HashSet<>();
  private @Nullable ProxyServer proxy;

  ContainerDoor(Settings settings, Listening listening) {
    this.listening = listening;
    this.urlIsGiven = settings.url().isPresent();
  }

  @Override
  public String url(Bridge bridge) {
    return urlIsGiven || bridge.address().isEmpty()
        ? listening.url()
        : "http://" + bridge.address() + ":" + listening.port();
  }

  @Override
  public synchronized void open(Bridge bridge) {
    boolean needed = !urlIsGiven && !bridge.address().isEmpty() && !listening.isEverywhere();
    if (needed && bridges.add(bridge) && proxy != null) {
      listen(proxy, bridge);
    }
  }

  /** The gateway serves. */
  synchronized void serve(ProxyServer serving) {
    proxy = serving;
    bridges.forEach(bridge -> listen(serving, bridge));
  }

  private void listen(ProxyServer serving, Bridge bridge) {
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
