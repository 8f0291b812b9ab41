package dev.nexusdelta.host.docker;

import com.github.dockerjava.transport.DockerHttpClient;
import java.io.IOException;

/**
 * Sends each request over a connection of its own. On this machine one costs microseconds, and a
 * kept one that a restart of the engine has closed would make the next request fail. Thread-safe.
 */
final class FreshConnections implements DockerHttpClient {
  private final DockerHttpClient client;

  FreshConnections(DockerHttpClient client) {
    this.client = client;
  }

  @Override
  public Response execute(Request request) {
    return client.execute(Request.builder().from(request).putHeader("Connection", "close").build());
  }

  @Override
  public void close() throws IOException {
    client.close();
  }
}
