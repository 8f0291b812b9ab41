package dev.nexusdelta.access;

import java.net.InetAddress;
import java.net.URI;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Where agents may run that somebody else registers: a gateway that called any address for anybody
 * would be a way into every network it can reach. Immutable, thread-safe.
 */
public final class AllowedAddresses {
  private final List<Network> networks;
  private final Set<String> names;

  /** Ports of loopback that are our own; null = nothing on loopback may be called at all. */
  private final @Nullable Set<Integer> ownPorts;

  private AllowedAddresses(
      List<Network> networks, Set<String> names, @Nullable Set<Integer> ownPorts) {
    this.networks = List.copyOf(networks);
    this.names = Set.copyOf(names);
    this.ownPorts = ownPorts == null ? null : Set.copyOf(ownPorts);
  }

  /**
   * What the operator lists.
   *
   * @param texts addresses, networks and names, such as {@code 192.0.2.7}, {@code 10.0.0.0/8},
   *     {@code agents.example}
   * @throws IllegalArgumentException naming the first that is none
   */
  public static AllowedAddresses of(List<String> texts) {
    List<Network> networks = new ArrayList<>();
    Set<String> names = new HashSet<>();
    for (String text : texts) {
      Network network = Network.of(text);
      if (network != null) {
        networks.add(network);
      } else if (isName(text)) {
        names.add(text.toLowerCase(Locale.ROOT));
      } else {
        throw new IllegalArgumentException(
            "'"
                + text
                + "' is no address, network or name such as 192.0.2.7, 10.0.0.0/8 or agents.example");
      }
    }
    return new AllowedAddresses(networks, names, null);
  }

  /**
   * The last part of a name has a letter: {@code 127.1} and {@code 0x7f.1} are addresses to some.
   */
  private static boolean isName(String text) {
    return text.matches("([A-Za-z0-9_-]{1,63}\\.)*[A-Za-z][A-Za-z0-9-]{0,62}");
  }

  /**
   * The same and all of loopback, as long as nobody else can reach the gateway.
   *
   * @param own ports of the gateway itself
   */
  public AllowedAddresses withLoopback(Set<Integer> own) {
    return new AllowedAddresses(networks, names, own);
  }

  /**
   * Why that may not be called; empty = it may.
   *
   * @param address of an agent; a name in it is not resolved
   */
  public Optional<String> refusal(URI address) {
    String scheme = String.valueOf(address.getScheme()).toLowerCase(Locale.ROOT);
    if (!scheme.equals("http") && !scheme.equals("https")) {
      return refused(address, "only http and https are called for others");
    }
    if (address.getHost() == null || address.getUserInfo() != null) {
      return refused(address, "expected http://HOST:PORT without a user");
    }
    String host = address.getHost().toLowerCase(Locale.ROOT);
    InetAddress literal = Network.literal(host.replace("[", "").replace("]", ""));
    boolean loopback = literal == null ? host.equals("localhost") : literal.isLoopbackAddress();
    if (loopback && ownPorts != null) {
      return ownPorts.contains(port(address, scheme))
          ? refused(address, "that is the gateway itself")
          : Optional.empty();
    }
    boolean listed =
        literal == null
            ? names.contains(host)
            : networks.stream().anyMatch(network -> network.contains(literal.getAddress()));
    return listed ? Optional.empty() : refused(address, "marketplace.allow does not list " + host);
  }

  private static int port(URI address, String scheme) {
    return address.getPort() >= 0 ? address.getPort() : scheme.equals("https") ? 443 : 80;
  }

  private static Optional<String> refused(URI address, String reason) {
    String shown = address.getScheme() + "://" + address.getHost();
    return Optional.of(
        shown
            + (address.getPort() < 0 ? "" : ":" + address.getPort())
            + " is not called: "
            + reason);
  }
}
