package dev.nexusdelta.host.docker;

import com.github.dockerjava.api.model.Container;
import com.github.dockerjava.api.model.ContainerNetwork;
import com.github.dockerjava.api.model.ContainerPort;
import dev.nexusdelta.manifest.AgentName;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * A container that somebody else runs for an agent, as its label {@code nexus.agent} says: called,
 * never managed. Pure.
 *
 * @param address where it listens; valid on this machine
 */
public record ForeignReplica(String address, int port) {

  /**
   * Those of the agent that run and can be called.
   *
   * @param all containers with the label, whosever they are
   * @param port inside; empty = the label {@code nexus.port} or the only exposed port says it
   * @param byContainer they are called at their own addresses, else at published ports
   */
  static List<ForeignReplica> of(
      List<Container> all, AgentName agent, OptionalInt port, boolean byContainer) {
    return all.stream()
        .filter(container -> "running".equals(container.getState()))
        .filter(container -> isOf(agent, container))
        .map(container -> of(container, port, byContainer))
        .flatMap(Optional::stream)
        .toList();
  }

  private static boolean isOf(AgentName agent, Container container) {
    Map<String, String> labels = container.getLabels();
    return labels != null
        && !labels.containsKey(Labels.HOST)
        && agent.value().equalsIgnoreCase(labels.get(Labels.AGENT));
  }

  private static Optional<ForeignReplica> of(
      Container container, OptionalInt wish, boolean byContainer) {
    OptionalInt port = inside(container, wish);
    if (port.isEmpty()) {
      return Optional.empty();
    }
    if (byContainer && container.getNetworkSettings() != null) {
      Map<String, ContainerNetwork> networks = container.getNetworkSettings().getNetworks();
      Optional<String> own =
          networks.values().stream()
              .map(ContainerNetwork::getIpAddress)
              .filter(address -> address != null && !address.isEmpty())
              .findFirst();
      if (own.isPresent()) {
        return Optional.of(new ForeignReplica(own.get(), port.getAsInt()));
      }
    }
    return ports(container)
        .filter(p -> Objects.equals(p.getPrivatePort(), port.getAsInt()))
        .map(ContainerPort::getPublicPort)
        .filter(Objects::nonNull)
        .findFirst()
        .map(published -> new ForeignReplica("127.0.0.1", published));
  }

  private static OptionalInt inside(Container container, OptionalInt wish) {
    if (wish.isPresent()) {
      return wish;
    }
    String label = container.getLabels().getOrDefault(Labels.PORT, "");
    if (label.matches("[0-9]{1,5}")) {
      return OptionalInt.of(Integer.parseInt(label));
    }
    List<Integer> exposed =
        ports(container)
            .map(ContainerPort::getPrivatePort)
            .filter(Objects::nonNull)
            .distinct()
            .toList();
    return exposed.size() == 1 ? OptionalInt.of(exposed.get(0)) : OptionalInt.empty();
  }

  private static java.util.stream.Stream<ContainerPort> ports(Container container) {
    ContainerPort[] ports = container.getPorts();
    return ports == null ? java.util.stream.Stream.empty() : Arrays.stream(ports);
  }
}
