package dev.nexusdelta.host.docker;

import com.github.dockerjava.api.model.Container;
import com.github.dockerjava.api.model.ContainerNetwork;
import com.github.dockerjava.api.model.ContainerPort;
import dev.nexusdelta.host.Containers.Found;
import dev.nexusdelta.manifest.AgentName;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What the list of the engine says of a running container that somebody else has labelled. Pure.
 *
 * @param port as its label says
 * @param exposed its TCP ports, published or not
 * @param addresses on its networks, in the order of their names; of a container without a network
 *     of its own, that of this machine
 * @param published where this machine listens for each of its ports
 */
record LabelledContainer(
    Found found,
    AgentName agent,
    OptionalInt port,
    List<Integer> exposed,
    List<String> addresses,
    Map<Integer, Published> published) {
  private static final Pattern VERSION = Pattern.compile("[A-Za-z0-9._-]{1,40}");
  private static final String LOOPBACK = "127.0.0.1";
  private static final int LONGEST_SHOWN = 60;

  /** Where this machine listens for a port of the container. */
  record Published(String address, int port) {}

  /** Copies the collections. */
  LabelledContainer {
    exposed = List.copyOf(exposed);
    addresses = List.copyOf(addresses);
    published = Map.copyOf(published);
  }

  /** Whether this is a running container of somebody else. */
  static boolean isOne(Container container) {
    Map<String, String> labels = labels(container);
    return labels.containsKey(Labels.AGENT)
        && !labels.containsKey(Labels.HOST)
        && "running".equals(container.getState());
  }

  /**
   * Reads one.
   *
   * @param complaints takes what is wrong with its labels
   * @return empty if its agent or port cannot be known
   */
  static Optional<LabelledContainer> of(Container container, Consumer<String> complaints) {
    Map<String, String> labels = labels(container);
    String name = name(container);
    String written = labels.getOrDefault(Labels.AGENT, "");
    if (!AgentName.isValid(written)) {
      complaints.accept(
          said(name, Labels.AGENT, written, "a letter and up to 39 letters, digits, '-'"));
      return Optional.empty();
    }
    String port = labels.get(Labels.PORT);
    OptionalInt number = OptionalInt.empty();
    if (port != null) {
      number = number(port);
      if (number.isEmpty()) {
        complaints.accept(said(name, Labels.PORT, port, "the port inside it, from 1 to 65535"));
        return Optional.empty();
      }
    }
    Optional<String> version = Optional.ofNullable(labels.get(Labels.VERSION));
    if (version.filter(it -> !VERSION.matcher(it).matches()).isPresent()) {
      complaints.accept(
          said(name, Labels.VERSION, version.get(), "1 to 40 letters, digits, '.', '_' or '-'")
              + "; it is called all the same");
      version = Optional.empty();
    }
    Instant created = Instant.ofEpochSecond(Objects.requireNonNullElse(container.getCreated(), 0L));
    return Optional.of(
        new LabelledContainer(
            new Found(container.getId(), name, version, created),
            new AgentName(written),
            number,
            exposed(container),
            addresses(container),
            published(container)));
  }

  /**
   * The port inside the container at which it is called.
   *
   * @param wished by the address of a manifest; then the label counts, then what it exposes
   * @param complaints takes why there is none
   */
  OptionalInt inside(OptionalInt wished, Consumer<String> complaints) {
    if (wished.isPresent()) {
      return wished;
    }
    if (port.isPresent()) {
      return port;
    }
    if (exposed.size() == 1) {
      return OptionalInt.of(exposed.get(0));
    }
    complaints.accept(
        "container %s of agent '%s' %s: say which is the agent's, with the label %s=PORT or in the manifest, run: {url: [container://%s:PORT]}"
            .formatted(
                found.name(),
                agent,
                exposed.isEmpty() ? "exposes no port" : "exposes the ports " + ports(),
                Labels.PORT,
                agent));
    return OptionalInt.empty();
  }

  private String ports() {
    return String.join(", ", exposed.stream().map(String::valueOf).toList());
  }

  private static String said(String container, String label, String value, String expected) {
    String shown = value.length() > LONGEST_SHOWN ? value.substring(0, LONGEST_SHOWN) + "…" : value;
    return "container %s has the label %s='%s'; expected %s"
        .formatted(container, label, shown.replaceAll("\\p{Cntrl}", "?"), expected);
  }

  private static OptionalInt number(String text) {
    if (!text.matches("[0-9]{1,5}")) {
      return OptionalInt.empty();
    }
    int number = Integer.parseInt(text);
    return number >= 1 && number <= 65_535 ? OptionalInt.of(number) : OptionalInt.empty();
  }

  private static List<Integer> exposed(Container container) {
    TreeSet<Integer> ports = new TreeSet<>();
    tcp(container).forEach(port -> ports.add(port.getPrivatePort()));
    return new ArrayList<>(ports);
  }

  private static Map<Integer, Published> published(Container container) {
    Map<Integer, Published> published = new TreeMap<>();
    tcp(container)
        .filter(port -> port.getPublicPort() != null)
        .forEach(
            port ->
                published.merge(
                    port.getPrivatePort(),
                    new Published(here(port.getIp()), port.getPublicPort()),
                    // One that listens everywhere is told once for each IP version.
                    (first, second) -> second.address().equals(LOOPBACK) ? second : first));
    return published;
  }

  private static Stream<ContainerPort> tcp(Container container) {
    ContainerPort[] ports = container.getPorts();
    return ports == null
        ? Stream.empty()
        : Stream.of(ports)
            .filter(port -> "tcp".equals(port.getType()) && port.getPrivatePort() != null);
  }

  /** How this machine reaches what it listens on itself. */
  private static String here(@Nullable String bound) {
    return bound == null || bound.isEmpty() || bound.equals("0.0.0.0") || bound.equals("::")
        ? LOOPBACK
        : bound;
  }

  private static List<String> addresses(Container container) {
    if (container.getHostConfig() != null
        && "host".equals(container.getHostConfig().getNetworkMode())) {
      return List.of(LOOPBACK);
    }
    List<String> found = new ArrayList<>();
    if (container.getNetworkSettings() != null
        && container.getNetworkSettings().getNetworks() != null) {
      for (ContainerNetwork network :
          new TreeMap<>(container.getNetworkSettings().getNetworks()).values()) {
        if (network.getIpAddress() != null && !network.getIpAddress().isEmpty()) {
          found.add(network.getIpAddress());
        }
      }
    }
    return found;
  }

  private static Map<String, String> labels(Container container) {
    return container.getLabels() == null ? Map.of() : container.getLabels();
  }

  private static String name(Container container) {
    String[] names = container.getNames();
    return names == null || names.length == 0 ? container.getId() : names[0].replace("/", "");
  }
}
