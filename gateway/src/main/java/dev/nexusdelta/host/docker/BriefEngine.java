package dev.nexusdelta.host.docker;

import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.transport.DockerHttpClient.Response;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.time.Duration;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * An engine as a command of the command line asks it: without a gateway and its event loops, and
 * waiting for answers, each for a while only. Answers that docker-java does not know whole are read
 * as JSON. Thread-safe.
 */
final class BriefEngine implements AutoCloseable {
  private static final int THREADS = 16;

  private final EngineClients clients;
  private final EngineWire wire;
  private final ExecutorService threads;

  /** Connects nowhere yet. */
  BriefEngine(EngineAddress address, Duration longestCall) {
    clients = new EngineClients(address, longestCall);
    wire = EngineWire.of(clients.streams(), new ReopenDelay(new Random(0)), System::nanoTime);
    AtomicInteger count = new AtomicInteger();
    threads =
        Executors.newFixedThreadPool(
            THREADS,
            work -> {
              Thread thread = new Thread(work, "docker-brief-" + count.incrementAndGet());
              thread.setDaemon(true);
              return thread;
            });
  }

  DockerClient client() {
    return clients.calls();
  }

  /** Asks on another thread. */
  <T> Future<T> begin(Callable<T> question) {
    return threads.submit(question);
  }

  /** The answer, or why there is none; whoever waits too long gives the question up. */
  static <T> T await(String what, Future<T> answer, Duration atMost) throws EngineFailure {
    try {
      return answer.get(atMost.toNanos(), TimeUnit.NANOSECONDS);
    } catch (ExecutionException e) {
      throw EngineFailure.of(what, e.getCause() == null ? e : e.getCause());
    } catch (TimeoutException e) {
      answer.cancel(true);
      throw new EngineFailure.Away(
          "cannot %s: the engine has not answered within %d ms".formatted(what, atMost.toMillis()),
          e);
    } catch (InterruptedException e) {
      answer.cancel(true);
      Thread.currentThread().interrupt();
      throw new EngineFailure.Away("cannot " + what + ": interrupted", e);
    } catch (CancellationException e) {
      throw new EngineFailure.Away("cannot " + what + ": given up", e);
    }
  }

  JsonObject object(String path) throws IOException {
    return new JsonObject(body(path));
  }

  JsonArray array(String path) throws IOException {
    return new JsonArray(body(path));
  }

  /** JSON objects until the answer ends, which has to be soon. */
  JsonArray lines(String path) throws IOException {
    JsonArray all = new JsonArray();
    try (Response response = wire.get(path)) {
      JsonLines lines = new JsonLines(response.getBody());
      for (JsonObject next = lines.next(); next != null; next = lines.next()) {
        all.add(next);
      }
    }
    return all;
  }

  private Buffer body(String path) throws IOException {
    try (Response response = wire.get(path)) {
      return Buffer.buffer(response.getBody().readAllBytes());
    }
  }

  @Override
  public void close() {
    threads.shutdownNow();
    clients.close();
  }
}
