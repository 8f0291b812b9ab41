package dev.nexusdelta.access;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * What a gateway has itself, and so calls for nobody by way of an address: a card of its replica
 * under another name would be a way past the keys, bounds and records of that agent. Immutable.
 *
 * @param ports what listens there, such as "the gateway itself": on loopback and on the machine
 * @param machine this machine's addresses
 * @param elsewhere what listens at other addresses, such as those of containers
 */
public record OwnPlaces(
    Map<Integer, String> ports,
    Set<InetAddress> machine,
    Map<InetSocketAddress, String> elsewhere) {
  /** Nothing. */
  public static final OwnPlaces NONE = new OwnPlaces(Map.of(), Set.of(), Map.of());

  /** Copies all of it. */
  public OwnPlaces {
    ports = Map.copyOf(ports);
    machine = Set.copyOf(machine);
    elsewhere = Map.copyOf(elsewhere);
  }

  /** What of it listens there. */
  Optional<String> at(InetAddress address, int port) {
    boolean here = address.isLoopbackAddress() || machine.contains(address);
    return Optional.ofNullable(here ? ports.get(port) : null)
        .or(() -> Optional.ofNullable(elsewhere.get(new InetSocketAddress(address, port))));
  }

  /** What of it listens at that port of this machine. */
  Optional<String> here(int port) {
    return Optional.ofNullable(ports.get(port));
  }
}
