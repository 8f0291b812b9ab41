package dev.nexusdelta.access;

import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Machines whose word on who calls is believed: load balancers and TLS proxies in front of the
 * gateway. Everybody else's is replaced by what the gateway sees itself. Immutable, thread-safe.
 */
public final class TrustedProxies {
  /** Nobody. */
  public static final TrustedProxies NONE = new TrustedProxies(List.of());

  private final List<Network> networks;

  private TrustedProxies(List<Network> networks) {
    this.networks = List.copyOf(networks);
  }

  /**
   * Those of these addresses and networks.
   *
   * @param texts such as {@code 192.0.2.7}, {@code 10.0.0.0/8} or {@code fd00::/8}
   * @throws IllegalArgumentException naming the first that is none
   */
  public static TrustedProxies of(List<String> texts) {
    List<Network> networks = new ArrayList<>();
    for (String text : texts) {
      Network network = Network.of(text);
      if (network == null) {
        throw new IllegalArgumentException(
            "'" + text + "' is no address and no network such as 192.0.2.7 or 10.0.0.0/8");
      }
      networks.add(network);
    }
    return networks.isEmpty() ? NONE : new TrustedProxies(networks);
  }

  /** Whether that is one of them. */
  public boolean contains(@Nullable InetAddress address) {
    if (address == null || networks.isEmpty()) {
      return false;
    }
    byte[] bytes = address.getAddress();
    for (Network network : networks) {
      if (network.contains(bytes)) {
        return true;
      }
    }
    return false;
  }

  /**
   * Who calls: going back from the peer, the first that is not believed. What stands before that in
   * the chain may be anybody's invention; an entry that is no address ends it too, at the machine
   * that reported it.
   *
   * @param peer at the other end of the connection
   * @param chain values of {@code X-Forwarded-For} in their order, each with one or more entries
   */
  public InetAddress callerOf(InetAddress peer, List<String> chain) {
    return contains(peer) ? callerBehind(peer, chain) : peer;
  }

  /** The same for a peer that is believed wherever it is. */
  public InetAddress callerBehind(InetAddress peer, List<String> chain) {
    InetAddress last = peer;
    boolean believed = true;
    for (int i = chain.size() - 1; i >= 0 && believed; i--) {
      String[] entries = chain.get(i).split(",", -1);
      for (int j = entries.length - 1; j >= 0 && believed; j--) {
        InetAddress entry = address(entries[j]);
        if (entry == null) {
          return last;
        }
        last = entry;
        believed = contains(last);
      }
    }
    return last;
  }

  /** An entry of a chain as an address, with or without port; null if it is none. */
  static @Nullable InetAddress address(String entry) {
    String text = entry.strip();
    int port = text.lastIndexOf(':');
    if (text.startsWith("[")) {
      int end = text.indexOf(']');
      boolean well = end > 0 && (end == text.length() - 1 || isPort(text, end + 1));
      return well ? Network.literal(text.substring(1, end)) : null;
    }
    if (port > 0 && text.indexOf(':') == port) {
      return isPort(text, port) ? Network.literal(text.substring(0, port)) : null;
    }
    return Network.literal(text);
  }

  private static boolean isPort(String text, int colon) {
    return text.length() - colon <= 6 && text.substring(colon).matches(":[0-9]{1,5}");
  }
}
