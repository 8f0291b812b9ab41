package dev.nexusdelta.host.docker;

import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.api.exception.DockerException;
import com.github.dockerjava.api.exception.NotFoundException;
import com.github.dockerjava.core.DockerClientImpl;
import com.github.dockerjava.transport.DockerHttpClient;
import com.github.dockerjava.transport.DockerHttpClient.Request;
import com.github.dockerjava.transport.DockerHttpClient.Response;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import java.util.function.LongSupplier;

/**
 * Opens the engine's endless answers, on docker-java's transport. Thread-safe; a call blocks.
 *
 * <p>docker-java's own stream commands are not used: their thread cannot be ended before the engine
 * has answered (a hung engine keeps it for ever), their callback forgets a close that came before
 * that answer (the connection leaks), and they know log times in whole seconds only.
 *
 * @param client without a response timeout
 * @param delay before a stream that ended is opened again
 * @param nanos monotonic time, such as {@code System::nanoTime}
 */
record EngineWire(DockerHttpClient client, ReopenDelay delay, LongSupplier nanos) {
  private static final int LONGEST_REFUSAL = 1_000;
  private static final int NOT_FOUND = 404;
  private static final int SERVER_ERROR = 500;
  private static final int NOT_IMPLEMENTED = 501;

  /** The transport of a docker-java client. */
  static EngineWire of(DockerClient client, ReopenDelay delay, LongSupplier nanos) {
    return new EngineWire(
        Objects.requireNonNull(((DockerClientImpl) client).getHttpClient(), "transport"),
        delay,
        nanos);
  }

  /**
   * Asks for a stream, on a connection of its own.
   *
   * @param path with query
   * @throws DockerException for any other status than 2xx
   */
  Response get(String path) throws IOException {
    Response response;
    try {
      response = client.execute(Request.builder().method(Request.Method.GET).path(path).build());
    } catch (RuntimeException e) {
      // The transport wraps what happened to its connection.
      throw e.getCause() instanceof IOException cause ? cause : new IOException(e);
    }
    int status = response.getStatusCode();
    if (status / 100 == 2) {
      return response;
    }
    try (response) {
      byte[] bytes = response.getBody().readNBytes(LONGEST_REFUSAL);
      String answer = new String(bytes, StandardCharsets.UTF_8);
      throw status == NOT_FOUND
          ? new NotFoundException(answer)
          : new DockerException(answer, status);
    }
  }

  /** Whether asking again will not help: there is no such container, or it cannot do that. */
  static boolean isFinal(DockerException refusal) {
    int status = refusal.getHttpStatus();
    return status < SERVER_ERROR || status == NOT_IMPLEMENTED;
  }
}
