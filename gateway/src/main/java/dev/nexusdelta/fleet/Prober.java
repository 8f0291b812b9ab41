package dev.nexusdelta.fleet;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.PoolOptions;
import io.vertx.core.http.RequestOptions;
import io.vertx.core.net.SocketAddress;
import java.net.ConnectException;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.LongSupplier;

/**
 * Asks replicas how they are. One kept connection per address; where several replicas of one are
 * asked at once, each has one of its own, so that none waits for a slow neighbour. No redirects; an
 * answer that is too long or drips past its time is cut off together with its connection, which is
 * why this is Vert.x's HttpClient and not its Web Client: that one reads on until the agent ends.
 *
 * <p>Used on the fleet's context; futures arrive there.
 */
final class Prober {
  private static final int HEALTH_BYTES = 64 * 1024;
  private static final int TOOLS_BYTES = 1024 * 1024;
  private static final Duration TOOLS_TIMEOUT = Duration.ofSeconds(5);
  private static final int CONNECT_MILLIS = 1_000;

  /**
   * Of one address, which may serve many agents; more probes than these wait for one to end, as
   * long as their time-out lets them, however many they are. Each address has its own.
   */
  private static final int CONNECTIONS = 64;

  /** Shorter than the idle time of any server in use, so that no probe meets a closing one. */
  private static final int KEEP_ALIVE_SECONDS = 3;

  /** A timer that is so late says that this gateway was held up, not the replica. */
  private static final long LATE_NANOS = TimeUnit.MILLISECONDS.toNanos(100);

  private static final int GRACE_MILLIS = 100;
  private static final int GRACES = 10;

  private final Vertx vertx;
  private final LongSupplier nanos;
  private final HttpClient kept;
  private final HttpClient more;

  /** How many are asked now of one address. */
  private final Map<SocketAddress, Integer> asking = new ConcurrentHashMap<>();

  Prober(Vertx vertx, LongSupplier nanos) {
    this.vertx = vertx;
    this.nanos = nanos;
    kept = client(vertx, 1);
    more = client(vertx, CONNECTIONS - 1);
  }

  private static HttpClient client(Vertx vertx, int connections) {
    return vertx.createHttpClient(
        new HttpClientOptions()
            .setDecompressionSupported(false)
            .setKeepAlive(true)
            .setKeepAliveTimeout(KEEP_ALIVE_SECONDS)
            .setConnectTimeout(CONNECT_MILLIS)
            .setName("fleet-probes"),
        new PoolOptions().setHttp1MaxSize(connections).setMaxWaitQueueSize(-1));
  }

  private record Answer(int status, Buffer body) {}

  /**
   * Whether the replica is ready; never fails.
   *
   * @param host that the request names
   */
  Future<ProbeResult> probe(SocketAddress address, String host, String path, Duration timeout) {
    return get(address, host, path, timeout, HEALTH_BYTES)
        .map(Prober::judge)
        .otherwise(failure -> broken(failure, timeout));
  }

  /** The text of {@code GET /tools}; an empty text where there is no such route. */
  Future<String> tools(SocketAddress address, String host) {
    return get(address, host, "/tools", TOOLS_TIMEOUT, TOOLS_BYTES)
        .map(
            answer -> {
              if (isNoRoute(answer.status())) {
                return "";
              }
              if (answer.status() != 200) {
                throw new IllegalStateException("GET /tools answered " + answer.status());
              }
              return answer.body().toString();
            });
  }

  private Future<Answer> get(
      SocketAddress address, String host, String path, Duration timeout, int limit) {
    Promise<Answer> result = Promise.promise();
    RequestOptions options =
        new RequestOptions()
            .setMethod(HttpMethod.GET)
            .setServer(address)
            .setHost(host)
            .setPort(address.port())
            .setURI(path)
            .setFollowRedirects(false)
            // Until it has a connection; to make one never takes longer than the client allows.
            .setConnectTimeout(timeout.toMillis())
            .putHeader("User-Agent", "nexus-health")
            .putHeader("Accept", "application/json");
    boolean alone = asking.merge(address, 1, Integer::sum) == 1;
    result
        .future()
        .onComplete(
            ended ->
                asking.computeIfPresent(address, (it, count) -> count == 1 ? null : count - 1));
    (alone ? kept : more)
        .request(options)
        .onSuccess(request -> send(request, timeout, limit, result))
        .onFailure(result::tryFail);
    return result.future();
  }

  private void send(
      HttpClientRequest request, Duration timeout, int limit, Promise<Answer> result) {
    awaitAnswer(request, timeout.toMillis(), GRACES, result);
    request
        .send()
        .onSuccess(response -> read(request, response, limit, result))
        .onFailure(result::tryFail);
  }

  /**
   * Ends it when its time is up. An answer that came in time may lie unread while this gateway
   * itself is short of CPU: replicas must not be ejected for that.
   */
  private void awaitAnswer(
      HttpClientRequest request, long millis, int graces, Promise<Answer> result) {
    long due = nanos.getAsLong() + TimeUnit.MILLISECONDS.toNanos(millis);
    long timer =
        vertx.setTimer(
            millis,
            fired -> {
              if (nanos.getAsLong() - due > LATE_NANOS && graces > 0) {
                awaitAnswer(request, GRACE_MILLIS, graces - 1, result);
              } else {
                TimeoutException late = new TimeoutException();
                result.tryFail(late);
                request.reset(0, late);
              }
            });
    result.future().onComplete(ended -> vertx.cancelTimer(timer));
  }

  private static void read(
      HttpClientRequest request, HttpClientResponse response, int limit, Promise<Answer> result) {
    Buffer body = Buffer.buffer();
    response.exceptionHandler(result::tryFail);
    response.handler(
        part -> {
          if (body.length() + part.length() > limit) {
            IllegalStateException tooLong =
                new IllegalStateException("the answer is longer than " + limit + " bytes");
            result.tryFail(tooLong);
            request.reset(0, tooLong);
          } else {
            body.appendBuffer(part);
          }
        });
    response.endHandler(end -> result.tryComplete(new Answer(response.statusCode(), body)));
  }

  private static boolean isNoRoute(int status) {
    return status == 404 || status == 405;
  }

  private static ProbeResult judge(Answer answer) {
    int status = answer.status();
    if (isNoRoute(status)) {
      return new ProbeResult(true, true, true, "");
    }
    boolean ready = status >= 200 && status < 300;
    return new ProbeResult(ready, true, false, ready ? "" : "the health route answers " + status);
  }

  private static ProbeResult broken(Throwable failure, Duration timeout) {
    if (failure instanceof ConnectException || failure instanceof UnknownHostException) {
      return new ProbeResult(false, false, false, "connection refused");
    }
    if (failure instanceof TimeoutException) {
      return new ProbeResult(
          false, true, false, "no answer within " + timeout.toMillis() + " ms (health.timeout)");
    }
    return new ProbeResult(
        false, true, false, "the probe broke: " + String.valueOf(failure.getMessage()));
  }

  void close() {
    kept.close();
    more.close();
  }
}
