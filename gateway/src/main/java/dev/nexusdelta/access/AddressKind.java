package dev.nexusdelta.access;

import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What an address is good for, whoever names it: the ranges of IANA's registries for special
 * purposes, and where clouds keep the credentials of their machines. Pure.
 */
enum AddressKind {
  /** One of many on the internet; those for examples count as such. */
  PUBLIC,
  /** Of a private network, or of a carrier's. */
  PRIVATE,
  /** This machine. */
  LOOPBACK,
  /** Nothing that an agent could listen at: any, link-local, multicast, metadata services. */
  NEVER;

  private static final List<Network> METADATA =
      networks(
          "169.254.169.254", "100.100.100.200", "192.0.0.192", "168.63.129.16", "fd00:ec2::254");
  private static final List<Network> NOWHERE =
      networks(
          "0.0.0.0/8",
          "169.254.0.0/16",
          "224.0.0.0/4",
          "240.0.0.0/4",
          "::/128",
          "fe80::/10",
          "ff00::/8");
  private static final List<Network> LINK_LOCAL = networks("169.254.0.0/16", "fe80::/10");
  private static final List<Network> UNSPECIFIED = networks("0.0.0.0/8", "::/128");
  private static final List<Network> LOOPBACKS = networks("127.0.0.0/8", "::1/128");
  private static final List<Network> INSIDE =
      networks(
          "10.0.0.0/8",
          "172.16.0.0/12",
          "192.168.0.0/16",
          "100.64.0.0/10",
          "192.0.0.0/24",
          "198.18.0.0/15",
          "fc00::/7",
          "fec0::/10");

  /** IPv6 that stands for an IPv4 address, and where in it that begins. */
  private enum Embedding {
    NAT64("64:ff9b::/96", 12),
    LOCAL_NAT64("64:ff9b:1::/48", 12),
    SIX_TO_FOUR("2002::/16", 2),
    TEREDO("2001::/32", 12),
    TRANSLATED("::ffff:0:0:0/96", 12),
    COMPATIBLE("::/96", 12);

    private final Network network;
    private final int at;

    Embedding(String network, int at) {
      this.network = Objects.requireNonNull(Network.of(network));
      this.at = at;
    }

    byte @Nullable [] in(byte[] address) {
      if (!network.contains(address)) {
        return null;
      }
      byte[] found = Arrays.copyOfRange(address, at, at + 4);
      if (this == TEREDO) {
        for (int i = 0; i < found.length; i++) {
          found[i] = (byte) ~found[i];
        }
      }
      return found;
    }
  }

  static AddressKind of(byte[] address) {
    if (isIn(METADATA, address) || isIn(NOWHERE, address)) {
      return NEVER;
    }
    if (isIn(LOOPBACKS, address)) {
      return LOOPBACK;
    }
    return isIn(INSIDE, address) ? PRIVATE : PUBLIC;
  }

  /** Why one that is {@link #NEVER} is never called, for people. */
  static String why(byte[] address) {
    if (isIn(METADATA, address) || isIn(LINK_LOCAL, address)) {
      return "link-local addresses and metadata services, where clouds keep credentials, are never"
          + " called";
    }
    return isIn(UNSPECIFIED, address)
        ? "it stands for no machine and is never called"
        : "multicast and reserved addresses are never called";
  }

  /** The IPv4 address that this one leads to by way of a translator or tunnel; null = none. */
  static byte @Nullable [] embedded(byte[] address) {
    if (address.length != 16 || isIn(LOOPBACKS, address) || isIn(NOWHERE, address)) {
      return null;
    }
    for (Embedding embedding : Embedding.values()) {
      byte[] found = embedding.in(address);
      if (found != null) {
        return found;
      }
    }
    // ISATAP: whatever the network, the interface says it.
    boolean isatap =
        (address[8] & ~2) == 0
            && address[9] == 0
            && address[10] == 0x5e
            && address[11] == (byte) 0xfe;
    return isatap ? Arrays.copyOfRange(address, 12, 16) : null;
  }

  private static boolean isIn(List<Network> networks, byte[] address) {
    return networks.stream().anyMatch(network -> network.contains(address));
  }

  private static List<Network> networks(String... texts) {
    return Arrays.stream(texts).map(Network::of).map(Objects::requireNonNull).toList();
  }
}
