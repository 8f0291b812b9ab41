package dev.nexusdelta.host.docker;

import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.core.DefaultDockerClientConfig;
import com.github.dockerjava.core.DockerClientConfig;
import com.github.dockerjava.core.DockerClientImpl;
import com.github.dockerjava.zerodep.ZerodepDockerHttpClient;
import java.io.IOException;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The clients of one engine: one for questions, whose answers come soon, and one for what flows as
 * long as it likes (events, statistics, logs, builds, pulls). No API version is asked for, the
 * engine speaks its own. Credentials for registries come from docker's own configuration.
 *
 * <p>Thread-safe. Over a unix socket a read knows no timeout: whoever waits must be interrupted,
 * which closes the connection.
 */
final class EngineClients implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(EngineClients.class);
  private static final Duration CONNECT = Duration.ofSeconds(2);

  private final EngineAddress address;
  private final DockerClient calls;
  private final DockerClient streams;

  /**
   * Connects nowhere yet.
   *
   * @param longestCall after which an answer over TCP is given up
   */
  EngineClients(EngineAddress address, Duration longestCall) {
    this.address = address;
    this.calls = client(address, longestCall);
    this.streams = client(address, Duration.ZERO);
  }

  /** For questions with an answer. */
  DockerClient calls() {
    return calls;
  }

  /** For everything that flows; each stream has a connection and a thread of its own. */
  DockerClient streams() {
    return streams;
  }

  EngineAddress address() {
    return address;
  }

  /** Ends what still flows. */
  @Override
  public void close() {
    close(calls);
    close(streams);
  }

  private static DockerClient client(EngineAddress address, Duration responseTimeout) {
    DockerClientConfig config =
        DefaultDockerClientConfig.createDefaultConfigBuilder()
            .withDockerHost(address.toString())
            .withDockerTlsVerify(false)
            .build();
    return DockerClientImpl.getInstance(
        config,
        new FreshConnections(
            new ZerodepDockerHttpClient.Builder()
                .dockerHost(address.uri())
                .connectionTimeout(CONNECT)
                .responseTimeout(responseTimeout)
                .build()));
  }

  private static void close(DockerClient client) {
    try {
      client.close();
    } catch (IOException e) {
      log.debug("closing a client of the engine failed", e);
    }
  }
}
