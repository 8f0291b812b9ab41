package dev.nexusdelta.app;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;

/**
 * Where callers reach the gateway.
 *
 * @param url as agents are told
 */
record Listening(String host, int port, String url) {

  /**
   * Port 0 is settled here, because agents are told the URL before the first caller is let in.
   *
   * @throws IOException if no port is free
   */
  static Listening of(Settings settings) throws IOException {
    String host = settings.listen().host();
    int port = settings.listen().port() == 0 ? freePort(host) : settings.listen().port();
    String own = "http://" + (host.contains(":") ? "[" + host + "]" : host) + ":" + port;
    return new Listening(host, port, settings.url().map(Object::toString).orElse(own));
  }

  private static int freePort(String host) throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getByName(host))) {
      return socket.getLocalPort();
    }
  }
}
