package dev.nexusdelta.host.docker;

import java.net.InetAddress;
import java.net.UnknownHostException;

/**
 * The network on which replicas live, seen from this machine.
 *
 * @param address that the engine's machine has there; empty text if the engine does not say
 * @param subnet {@code 172.18.0.0/16}
 */
public record Bridge(String address, String subnet) {
  /** Whether the address is one of the network's. */
  public boolean contains(InetAddress address) {
    int slash = subnet.indexOf('/');
    if (slash < 0) {
      return false;
    }
    try {
      // A literal: nothing is looked up.
      byte[] net = InetAddress.getByName(subnet.substring(0, slash)).getAddress();
      return startsAlike(net, address.getAddress(), Integer.parseInt(subnet.substring(slash + 1)));
    } catch (UnknownHostException | NumberFormatException notASubnet) {
      return false;
    }
  }

  private static boolean startsAlike(byte[] net, byte[] address, int bits) {
    if (address.length != net.length || bits > 8 * net.length) {
      return false;
    }
    for (int bit = 0; bit < bits; bit++) {
      int mask = 0x80 >> (bit % 8);
      if ((address[bit / 8] & mask) != (net[bit / 8] & mask)) {
        return false;
      }
    }
    return true;
  }
}
