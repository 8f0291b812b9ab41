package dev.nexusdelta.host.docker;

import java.io.IOException;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/**
 * Where the gateway's own process is: loopback in a container is not that of the engine's machine,
 * and replicas let no other container in.
 *
 * @param inContainer as far as can be told
 * @param onBridge this process has the address of the engine's machine on the replicas' network
 */
record Confinement(boolean inContainer, boolean onBridge) {
  private static final List<Path> MARKS =
      List.of(Path.of("/.dockerenv"), Path.of("/run/.containerenv"));
  private static final Path GROUPS = Path.of("/proc/self/cgroup");

  /** As it is now. Blocking. */
  static Confinement now(Bridge bridge) throws SocketException {
    return new Confinement(MARKS.stream().anyMatch(Files::exists) || isGrouped(), isOn(bridge));
  }

  private static boolean isGrouped() {
    try {
      return Files.readString(GROUPS).matches("(?s).*/(docker|kubepods|libpod)[-/.].*");
    } catch (IOException e) {
      return false; // no Linux
    }
  }

  private static boolean isOn(Bridge bridge) throws SocketException {
    try (Stream<InetAddress> own =
        NetworkInterface.networkInterfaces().flatMap(NetworkInterface::inetAddresses)) {
      return own.anyMatch(address -> address.getHostAddress().equals(bridge.address()));
    }
  }

  /** Neither addresses nor published ports of replicas lead anywhere from here. */
  boolean reachesNobody() {
    return inContainer && !onBridge;
  }
}
