package dev.nexusdelta.proxy;

import dev.nexusdelta.access.TrustedProxies;
import dev.nexusdelta.tls.PemFiles;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * What the data plane needs to know of the configuration.
 *
 * @param host address to listen on
 * @param port 0 = any free one
 * @param loops event loops that serve; at least 1
 * @param connectTimeout to a replica
 * @param idle kept connection of a caller without a request, or with an answer that it does not
 *     take
 * @param head longest time from the first to the last byte of a request's head
 * @param body window over which a request's body must not come slower than 1 KiB/s
 * @param connections of callers at once, over all loops
 * @param trusted peers whose word on who calls is believed
 * @param tls null = plain text
 */
public record ProxySettings(
    String host,
    int port,
    int loops,
    Duration connectTimeout,
    Duration idle,
    Duration head,
    Duration body,
    int connections,
    TrustedProxies trusted,
    PemFiles.@Nullable Good tls) {
  /** Beyond this the memory of connections, not their number, is the limit. */
  private static final int MOST_CONNECTIONS = 20_000;

  /** Measured: 7.8 and 13.1 KiB of heap for a connection that is kept and unused. */
  private static final long IDLE_HEAP = 8 * 1024;

  private static final long IDLE_HEAP_ENCRYPTED = 16 * 1024;

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

  /** The usual limits. */
  public static ProxySettings of(String host, int port, int loops) {
    return new ProxySettings(
        host,
        port,
        loops,
        Duration.ofSeconds(1),
        Duration.ofSeconds(60),
        Duration.ofSeconds(10),
        Duration.ofSeconds(10),
        MOST_CONNECTIONS,
        TrustedProxies.NONE,
        null);
  }

  /**
   * With no more connections of callers than the process can bear: half of its open files, for the
   * other half is for the agents that they call, for files and for administration; and what fits
   * into three fifths of its heap.
   *
   * @param openFiles limit of the process
   * @param heapBytes likewise
   */
  public ProxySettings within(long openFiles, long heapBytes) {
    long each = tls == null ? IDLE_HEAP : IDLE_HEAP_ENCRYPTED;
    long bearable = Math.min(openFiles / 2, heapBytes / 5 * 3 / each);
    return atMost(bearable);
  }

  /** For no more connections of callers than that. */
  ProxySettings atMost(long callers) {
    int most = (int) Math.max(loops, Math.min(connections, callers));
    return new ProxySettings(
        host, port, loops, connectTimeout, idle, head, body, most, trusted, tls);
  }

  /** With these in front of it. */
  public ProxySettings behind(TrustedProxies proxies) {
    return new ProxySettings(
        host, port, loops, connectTimeout, idle, head, body, connections, proxies, tls);
  }

  /** Encrypted. */
  public ProxySettings encrypted(PemFiles.Good pair) {
    return new ProxySettings(
        host, port, loops, connectTimeout, idle, head, body, connections, trusted, pair);
  }
}
