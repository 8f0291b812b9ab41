package dev.nexusdelta.proxy;

import java.time.Duration;

/**
 * What the data plane needs to know of the configuration.
 *
 * @param host address to listen on
 * @param port 0 = any free one
 * @param loops event loops that serve; at least 1
 * @param connectTimeout to a replica
 * @param idle kept connection of a caller without a request
 * @param head longest time from the first to the last byte of a request's head
 * @param connections of callers at once, over all loops
 */
public record ProxySettings(
    String host,
    int port,
    int loops,
    Duration connectTimeout,
    Duration idle,
    Duration head,
    int connections) {

  /** Checks. */
  public ProxySettings {
    if (port < 0 || port > 65_535) {
      throw new IllegalArgumentException("port " + port + " is not between 0 and 65535");
    }
    if (loops < 1 || connections < loops) {
      throw new IllegalArgumentException(
          "loops "
              + loops
              + " and connections "
              + connections
              + ": expected 1 <= loops <= connections");
    }
  }

  /** The same for fewer connections at once. */
  public ProxySettings within(int most) {
    return new ProxySettings(
        host,
        port,
        loops,
        connectTimeout,
        idle,
        head,
        Math.max(loops, Math.min(connections, most)));
  }

  /** The usual limits. */
  public static ProxySettings of(String host, int port, int loops) {
    return new ProxySettings(
        host,
        port,
        loops,
        Duration.ofSeconds(1),
        Duration.ofSeconds(60),
        Duration.ofSeconds(10),
        20_000);
  }
}
