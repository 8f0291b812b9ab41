package dev.nexusdelta.app;

import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.UnknownHostException;
import java.util.HashSet;
import java.util.Set;

/**
 * Where callers reach the gateway.
 *
 * @param isEncrypted only TLS is spoken there
 * @param url as agents are told
 */
record Listening(String host, int port, boolean isEncrypted, String url) {

  /**
   * Settles port 0 and finds a taken port before anything is started: agents are told the URL
   * before the first caller is let in.
   *
   * @throws IOException if the port is taken, or none is free
   */
  static Listening of(Settings settings) throws IOException {
    String host = settings.listen().host();
    return of(settings, free(host, settings.listen().port()));
  }

  /**
   * Where another gateway of this data folder listens already, to follow it there.
   *
   * @param theirs its address
   * @throws IOException if the settings say another one
   */
  static Listening beside(Settings settings, String theirs) throws IOException {
    int port = Integer.parseInt(theirs.substring(theirs.lastIndexOf(':') + 1));
    int wished = settings.listen().port();
    String own = settings.listen().host() + ":" + (wished == 0 ? port : wished);
    if (!own.equals(theirs)) {
      throw new IOException(
          "the gateway that runs listens on "
              + theirs
              + ", this one was to listen on "
              + own
              + ": --replace keeps the address; to change it: nexus down, then nexus up");
    }
    return of(settings, port);
  }

  private static Listening of(Settings settings, int port) throws IOException {
    String host = settings.listen().host();
    // Who listens on all addresses is reached on the nearest one.
    String near = InetAddress.getByName(host).isAnyLocalAddress() ? "127.0.0.1" : host;
    String scheme = settings.tls().isPresent() ? "https://" : "http://";
    String own = scheme + (near.contains(":") ? "[" + near + "]" : near) + ":" + port;
    return new Listening(
        host, port, settings.tls().isPresent(), settings.url().map(Object::toString).orElse(own));
  }

  /** Names under which callers may address the gateway, beside those of loopback. */
  Set<String> names(Settings settings) {
    Set<String> names = new HashSet<>(settings.hosts());
    settings.url().map(URI::getHost).ifPresent(names::add);
    if (!isEverywhere()) {
      names.add(host.contains(":") ? "[" + host + "]" : host);
    }
    return names;
  }

  /** Address and port, as a successor is told. */
  String address() {
    return host + ":" + port;
  }

  /** On all addresses of this machine. */
  boolean isEverywhere() {
    try {
      return InetAddress.getByName(host).isAnyLocalAddress();
    } catch (UnknownHostException e) {
      return false;
    }
  }

  static int free(String host, int wished) throws IOException {
    try (ServerSocket socket = new ServerSocket(wished, 1, InetAddress.getByName(host))) {
      return socket.getLocalPort();
    } catch (BindException e) {
      throw new IOException(
          "port "
              + wished
              + " of "
              + host
              + " is taken by another program: end that, or listen elsewhere with"
              + " --listen 127.0.0.1:9090",
          e);
    }
  }
}
