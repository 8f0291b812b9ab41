import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.PoolOptions;
import io.vertx.core.http.RequestOptions;
import io.vertx.core.transport.Transport;

/**
 * The least that a proxy on Vert.x can do: its server, its client, nothing between. What the gateway
 * allocates beyond this is the gateway's own. {@code PlainVertx TRANSPORT PORT REPLICA-PORT...}
 */
public final class PlainVertx {
  private PlainVertx() {}

  /** Serves until it is ended. */
  public static void main(String[] args) {
    Transport transport =
        switch (args[0]) {
          case "io_uring" -> Transport.IO_URING;
          case "epoll" -> Transport.EPOLL;
          default -> Transport.NIO;
        };
    Vertx vertx =
        Vertx.builder()
            .with(new VertxOptions().setEventLoopPoolSize(1))
            .withTransport(transport)
            .build();
    HttpClient client =
        vertx.createHttpClient(
            new HttpClientOptions().setKeepAlive(true), new PoolOptions().setHttp1MaxSize(4096));
    int[] turn = {0};
    vertx
        .createHttpServer(new HttpServerOptions().setHost("127.0.0.1").setPort(Integer.parseInt(args[1])))
        .requestHandler(
            request ->
                request
                    .body()
                    .compose(body -> {
                      turn[0] = turn[0] + 1 < args.length - 2 ? turn[0] + 1 : 0;
                      return call(client, Integer.parseInt(args[2 + turn[0]]), body);
                    })
                    .onSuccess(answer -> request.response().putHeader("Content-Type", "application/json").end(answer))
                    .onFailure(failure -> request.response().setStatusCode(502).end()))
        .listen()
        .await();
  }

  private static io.vertx.core.Future<Buffer> call(HttpClient client, int port, Buffer body) {
    return client
        .request(new RequestOptions().setMethod(HttpMethod.POST).setHost("127.0.0.1").setPort(port).setURI("/execute"))
        .compose(request -> request.putHeader("Content-Type", "application/json").send(body))
        .compose(response -> response.body());
  }
}
