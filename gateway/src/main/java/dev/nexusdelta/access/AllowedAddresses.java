package dev.nexusdelta.access;

import java.net.InetAddress;
import java.net.URI;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Where agents may run that somebody else registers: a gateway that called any address for anybody
 * would be a way into every network it can reach. Immutable, thread-safe.
 *
 * <p>An address may be called if a listed network holds it. A name may be called if it is listed
 * and each address that it stands for is public or in a listed network: whoever has the name may
 * turn it inside at any time. Never called, whatever is listed: link-local addresses and those of
 * metadata services, multicast, {@code 0.0.0.0}, and what the gateway itself and its replicas
 * listen at.
 */
public final class AllowedAddresses {
  private static final String LOCALHOST = "localhost";

  /** Not {@code 0177.0.0.1}, which is another address to others. */
  private static final Pattern IPV4 =
      Pattern.compile("(0|[1-9][0-9]{0,2})(\\.(0|[1-9][0-9]{0,2})){3}");

  private final List<Network> networks;
  private final Set<String> names;
  private final boolean loopback;
  private final OwnPlaces own;

  private AllowedAddresses(
      List<Network> networks, Set<String> names, boolean loopback, OwnPlaces own) {
    this.networks = List.copyOf(networks);
    this.names = Set.copyOf(names);
    this.loopback = loopback;
    this.own = own;
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
    return new AllowedAddresses(networks, names, false, OwnPlaces.NONE);
  }

  /**
   * The last part of a name has a letter: {@code 127.1} and {@code 0x7f.1} are addresses to some.
   */
  private static boolean isName(String text) {
    return text.matches("([A-Za-z0-9_-]{1,63}\\.)*[A-Za-z][A-Za-z0-9-]{0,62}");
  }

  /** The same and all of loopback, as long as nobody else can reach the gateway. */
  public AllowedAddresses withLoopback() {
    return new AllowedAddresses(networks, names, true, own);
  }

  /** The same without what the gateway itself listens at, whatever is listed. */
  public AllowedAddresses without(OwnPlaces places) {
    return new AllowedAddresses(networks, names, loopback, places);
  }

  /**
   * Why that may not be called; empty = it may.
   *
   * @param address of an agent; a name in it is not resolved
   */
  public Optional<Refusal> refusal(URI address) {
    String scheme = String.valueOf(address.getScheme()).toLowerCase(Locale.ROOT);
    if (!scheme.equals("http") && !scheme.equals("https")) {
      return refused(address, "only http:// addresses are called for others");
    }
    if (address.getHost() == null || address.getUserInfo() != null) {
      return refused(
          address, "expected http://HOST:PORT without a user, and an address as 192.0.2.7");
    }
    String host = hostOf(address);
    InetAddress literal = literal(host);
    if (literal != null) {
      return judged(address, literal);
    }
    if (!isName(host)) {
      return refused(address, "some programs take that for another address; write it as 192.0.2.7");
    }
    boolean open = loopback && host.equals(LOCALHOST);
    Optional<String> found = open ? own.here(portOf(address)) : Optional.empty();
    if (found.isPresent()) {
      return refused(address, "that is " + found.get());
    }
    return open || names.contains(host)
        ? Optional.empty()
        : unlisted(address, "marketplace.allow does not list " + host);
  }

  /**
   * Why a connection may not be made there; empty = it may, and nowhere else for this address.
   *
   * @param address as it was registered
   * @param resolved one of the addresses that its host stands for now
   */
  public Optional<Refusal> refusal(URI address, InetAddress resolved) {
    Optional<Refusal> written = refusal(address);
    return written.isPresent() || literal(hostOf(address)) != null
        ? written
        : judged(address, resolved);
  }

  private Optional<Refusal> judged(URI address, InetAddress at) {
    byte[] bytes = at.getAddress();
    AddressKind kind = AddressKind.of(bytes);
    if (kind == AddressKind.NEVER) {
      return refused(
          address,
          shown(address, at) + "no agent listens at such an address: " + AddressKind.why(bytes));
    }
    Optional<String> found = own.at(at, portOf(address));
    if (found.isPresent()) {
      return refused(address, "that is " + found.get());
    }
    String host = hostOf(address);
    boolean literal = literal(host) != null;
    boolean open = kind == AddressKind.LOOPBACK && loopback && (literal || host.equals(LOCALHOST));
    boolean named = !literal && kind == AddressKind.PUBLIC && names.contains(host);
    if (!open && !named && !isListed(bytes)) {
      return unlisted(
          address, shown(address, at) + "marketplace.allow does not list " + at.getHostAddress());
    }
    return throughTranslator(address, bytes);
  }

  /** An address that stands for an IPv4 one is as good as that. */
  private Optional<Refusal> throughTranslator(URI address, byte[] bytes) {
    byte[] inner = AddressKind.embedded(bytes);
    if (inner == null) {
      return Optional.empty();
    }
    AddressKind kind = AddressKind.of(inner);
    if (kind == AddressKind.PUBLIC || kind == AddressKind.PRIVATE && isListed(inner)) {
      return Optional.empty();
    }
    String reason = "it leads to an IPv4 address that may not be called";
    return kind == AddressKind.PRIVATE ? unlisted(address, reason) : refused(address, reason);
  }

  private boolean isListed(byte[] address) {
    return networks.stream().anyMatch(network -> network.contains(address));
  }

  /** The host as it is compared: without brackets, case, and the dot of a whole name. */
  private static String hostOf(URI address) {
    String host = address.getHost().toLowerCase(Locale.ROOT).replace("[", "").replace("]", "");
    return host.endsWith(".") ? host.substring(0, host.length() - 1) : host;
  }

  private static @Nullable InetAddress literal(String host) {
    return host.indexOf(':') >= 0 || IPV4.matcher(host).matches() ? Network.literal(host) : null;
  }

  private static int portOf(URI address) {
    return address.getPort() >= 0
        ? address.getPort()
        : "https".equalsIgnoreCase(address.getScheme()) ? 443 : 80;
  }

  private static String shown(URI address, InetAddress at) {
    return literal(hostOf(address)) != null
        ? ""
        : "it stands for " + at.getHostAddress() + ", and ";
  }

  private static Optional<Refusal> unlisted(URI address, String reason) {
    return Optional.of(new Refusal(told(address, reason), true));
  }

  private static Optional<Refusal> refused(URI address, String reason) {
    return Optional.of(new Refusal(told(address, reason), false));
  }

  private static String told(URI address, String reason) {
    String shown =
        address.getHost() == null || address.getUserInfo() != null
            ? "…"
            : address.getHost() + (address.getPort() < 0 ? "" : ":" + address.getPort());
    return address.getScheme() + "://" + shown + " is not called: " + reason;
  }
}
