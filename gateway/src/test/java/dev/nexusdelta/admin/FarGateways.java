package dev.nexusdelta.admin;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpMethod;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/** Other gateways by the ports at which they answer; nobody proves anything. */
final class FarGateways implements OtherGateways {
  final Map<String, Integer> ports = new ConcurrentHashMap<>();
  final Set<String> away = ConcurrentHashMap.newKeySet();
  final AtomicInteger asked = new AtomicInteger();
  private final HttpClient client;

  FarGateways(Vertx vertx) {
    client =
        vertx
            .httpClientBuilder()
            .withConnectHandler(connection -> connection.exceptionHandler(broken -> {}))
            .build();
  }

  @Override
  public Set<String> names() {
    Set<String> names = new TreeSet<>(ports.keySet());
    names.addAll(away);
    return names;
  }

  @Override
  public Set<String> present() {
    return ports.keySet();
  }

  @Override
  public Future<HttpClientResponse> get(String gateway, String path) {
    asked.incrementAndGet();
    Integer port = ports.get(gateway);
    if (port == null) {
      return Future.failedFuture("it is not there");
    }
    return client
        .request(HttpMethod.GET, port, "127.0.0.1", path)
        .compose(request -> request.send())
        .map(answer -> answer.pause().exceptionHandler(broken -> {}))
        .compose(
            answer ->
                answer.statusCode() == 200
                    ? Future.succeededFuture(answer)
                    : Future.failedFuture("it answers " + answer.statusCode()));
  }
}
