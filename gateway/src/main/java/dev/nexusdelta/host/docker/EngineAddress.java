package dev.nexusdelta.host.docker;

import java.net.URI;
import java.util.Set;

/**
 * Where the engine listens: a unix socket, or a TCP port of this machine. Pure.
 *
 * @param uri {@code unix:///path} or {@code tcp://127.0.0.1:port}
 */
record EngineAddress(URI uri) {
  private static final String DEFAULT = "unix:///var/run/docker.sock";
  private static final Set<String> LOOPBACK = Set.of("localhost", "127.0.0.1", "[::1]");

  /**
   * Reads what {@code DOCKER_HOST} says; nothing = the usual socket.
   *
   * @throws IllegalArgumentException that says what is expected instead
   */
  static EngineAddress of(String text) {
    String wish = text.isBlank() ? DEFAULT : text.strip();
    URI uri;
    try {
      uri = URI.create(wish);
    } catch (IllegalArgumentException e) {
      throw refused(wish, "is not an address");
    }
    String scheme = String.valueOf(uri.getScheme());
    if (scheme.equals("unix")) {
      if (uri.getPath() == null || !uri.getPath().startsWith("/")) {
        throw refused(wish, "names no absolute path");
      }
      return new EngineAddress(uri);
    }
    if (!scheme.equals("tcp")) {
      throw refused(wish, "is of a kind that is not spoken here");
    }
    if (uri.getHost() == null || uri.getPort() < 1) {
      throw refused(wish, "names no host and port");
    }
    if (!LOOPBACK.contains(uri.getHost())) {
      throw refused(
          wish,
          "is on another machine: replicas are reached on this one only, and whoever can open that port is root there");
    }
    return new EngineAddress(uri);
  }

  private static IllegalArgumentException refused(String wish, String why) {
    return new IllegalArgumentException(
        "docker host '%s' %s; expected unix:///path/to/docker.sock or tcp://127.0.0.1:port, in docker.socket or DOCKER_HOST"
            .formatted(wish, why));
  }

  @Override
  public String toString() {
    return uri.toString();
  }
}
