package dev.nexusdelta.host.docker;

import dev.nexusdelta.host.Containers.Place;
import dev.nexusdelta.host.docker.DockerHostSettings.Reach;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.InterfaceAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Which addresses of containers this gateway can connect to: those of networks on which this
 * machine has an address too. So it is with the bridges of an engine on the same Linux machine, and
 * with the networks of the container in which the gateway itself may run.
 *
 * @param own addresses of this machine, or of this container
 */
record Neighbourhood(List<Own> own) {
  private static final String LOOPBACK = "127.0.0.1";

  /** An address of ours and how much of it names the network. */
  record Own(String address, int prefixBits) {}

  /** Copies the list. */
  Neighbourhood {
    own = List.copyOf(own);
  }

  /** As it is now: bridges come and go with the networks. Blocks for a moment. */
  static Neighbourhood now() throws SocketException {
    List<Own> own = new ArrayList<>();
    for (NetworkInterface each : NetworkInterface.networkInterfaces().toList()) {
      for (InterfaceAddress address : each.getInterfaceAddresses()) {
        // Seen where an interface goes in this moment.
        if (address != null && address.getAddress() instanceof Inet4Address) {
          own.add(new Own(address.getAddress().getHostAddress(), address.getNetworkPrefixLength()));
        }
      }
    }
    return new Neighbourhood(own);
  }

  /** Whether an address is on one of our networks. */
  boolean reaches(String address) {
    int number = number(address);
    return number != 0 && own.stream().anyMatch(mine -> same(mine, number));
  }

  private static boolean same(Own mine, int number) {
    if (mine.prefixBits() <= 0 || mine.prefixBits() > Integer.SIZE) {
      return false;
    }
    int mask = -1 << (Integer.SIZE - mine.prefixBits());
    return (number(mine.address()) & mask) == (number & mask);
  }

  /** 0 = no IPv4 address. */
  private static int number(String address) {
    if (!address.matches("[0-9]{1,3}(\\.[0-9]{1,3}){3}")) {
      return 0;
    }
    try {
      int number = 0;
      for (byte part : InetAddress.getByName(address).getAddress()) {
        number = number << Byte.SIZE | part & 0xff;
      }
      return number;
    } catch (UnknownHostException e) {
      return 0;
    }
  }

  /**
   * Where a container is called.
   *
   * @param reach its own address only, its published port only, or the former if that can be
   *     reached
   * @param inside its port
   */
  Optional<Place> place(LabelledContainer container, int inside, Reach reach) {
    Stream<Place> direct =
        container.addresses().stream()
            .filter(address -> reaches(address) || address.equals(LOOPBACK))
            .map(address -> new Place(address, inside));
    Stream<Place> published =
        Stream.ofNullable(container.published().get(inside))
            .map(at -> new Place(at.address(), at.port()));
    return switch (reach) {
      case CONTAINER -> direct.findFirst();
      case LOOPBACK ->
          Stream.concat(published, direct.filter(at -> at.address().equals(LOOPBACK))).findFirst();
      case AUTO -> Stream.concat(direct, published).findFirst();
    };
  }
}
