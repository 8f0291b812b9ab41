package dev.nexusdelta.host.docker;

import com.github.dockerjava.api.model.Container;
import com.github.dockerjava.api.model.ContainerNetwork;
import com.github.dockerjava.api.model.ContainerPort;
import dev.nexusdelta.host.supervision.Supervised;
import dev.nexusdelta.manifest.AgentName;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;

/**
 * A container of ours as the engine lists it. Pure.
 *
 * @param id of the container
 * @param name without the slash
 * @param state {@code created}, {@code running}, {@code paused}, {@code exited}, …
 * @param address on the replicas' network; empty text unless it runs there
 * @param port inside
 * @param agent as its label says; empty text = none
 * @param replica id of the replica that it is, or empty text
 * @param identity empty = its labels and ports are not whole
 */
record Found(
    String id,
    String name,
    String state,
    String address,
    int port,
    String agent,
    String replica,
    Optional<Supervised.Identity> identity) {
  /** Reads one line of the engine's list. */
  static Found of(Container listed, String network) {
    Map<String, String> labels = listed.getLabels() == null ? Map.of() : listed.getLabels();
    int inside = number(labels.get(Labels.PORT));
    return new Found(
        listed.getId(),
        listed.getNames() == null || listed.getNames().length == 0
            ? listed.getId()
            : listed.getNames()[0].replaceFirst("^/", ""),
        String.valueOf(listed.getState()),
        address(listed, network),
        inside,
        labels.getOrDefault(Labels.AGENT, ""),
        labels.getOrDefault(Labels.REPLICA, ""),
        identity(labels, published(listed, inside)));
  }

  /** It is there and can be called, or could if it was not paused. */
  boolean runs() {
    return state.equals("running") || state.equals("paused");
  }

  private static Optional<Supervised.Identity> identity(Map<String, String> labels, int published) {
    try {
      int ordinal = number(labels.get(Labels.ORDINAL));
      String release = labels.get(Labels.RELEASE);
      String replica = labels.get(Labels.REPLICA);
      if (ordinal < 1 || release == null || replica == null || published == 0) {
        return Optional.empty();
      }
      return Optional.of(
          new Supervised.Identity(
              replica,
              new AgentName(labels.getOrDefault(Labels.AGENT, "")),
              release,
              ordinal,
              published,
              Instant.parse(labels.getOrDefault(Labels.SINCE, ""))));
    } catch (java.time.DateTimeException | IllegalArgumentException notWhole) {
      return Optional.empty();
    }
  }

  private static int published(Container listed, int inside) {
    ContainerPort[] ports = listed.getPorts() == null ? new ContainerPort[0] : listed.getPorts();
    for (ContainerPort port : ports) {
      Integer published = port.getPublicPort();
      if (published != null && Integer.valueOf(inside).equals(port.getPrivatePort())) {
        return published;
      }
    }
    return 0;
  }

  private static String address(Container listed, String network) {
    if (listed.getNetworkSettings() == null || listed.getNetworkSettings().getNetworks() == null) {
      return "";
    }
    ContainerNetwork found = listed.getNetworkSettings().getNetworks().get(network);
    return found == null || found.getIpAddress() == null ? "" : found.getIpAddress();
  }

  private static int number(@org.jspecify.annotations.Nullable String text) {
    try {
      return text == null ? 0 : Integer.parseInt(text);
    } catch (NumberFormatException none) {
      return 0;
    }
  }
}
