package dev.nexusdelta.host.supervision;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;

/** Asks the machine whether a port can be listened on. */
public final class ListenProbe {
  private ListenProbe() {}

  /** True if nobody listens there on loopback or on every address; takes microseconds. */
  public static boolean isFree(int port) {
    try (ServerSocket probe = new ServerSocket()) {
      // As the agents' own servers do: connections that have just ended do not hold the port.
      probe.setReuseAddress(true);
      probe.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 1);
      return true;
    } catch (IOException taken) {
      return false;
    }
  }
}
