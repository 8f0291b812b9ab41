package dev.nexusdelta.app.handover;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ReusedPortTest {
  private static final int CALLS = 40;

  private final Vertx first = Vertx.vertx(new VertxOptions().setPreferNativeTransport(true));
  private final Vertx second = Vertx.vertx(new VertxOptions().setPreferNativeTransport(true));

  @AfterEach
  void close() throws Exception {
    first.close().await(10, TimeUnit.SECONDS);
    second.close().await(10, TimeUnit.SECONDS);
  }

  @Test
  void newConnectionsGoToTheOneThatCameLast() throws Exception {
    int port = freePort();
    HttpServer old = listen(first, port, "old");
    assertThat(ReusedPort.queued(port)).isZero();
    listen(second, port, "new");
    assertThat(ReusedPort.steer(port)).isTrue();
    for (int call = 0; call < CALLS; call++) {
      assertThat(answer(port)).isEqualTo("new");
    }
    old.close().await(10, TimeUnit.SECONDS);
    for (int call = 0; call < CALLS; call++) {
      assertThat(answer(port)).as("alone").isEqualTo("new");
    }
    listen(first, port, "newest");
    for (int call = 0; call < CALLS; call++) {
      assertThat(answer(port)).as("the next one").isEqualTo("newest");
    }
  }

  @Test
  void countsWhoWaits() throws Exception {
    try (ServerSocket nobody = new ServerSocket(0, 5, InetAddress.getLoopbackAddress());
        Socket waiting = new Socket(nobody.getInetAddress(), nobody.getLocalPort())) {
      assertThat(waiting.isConnected()).isTrue();
      assertThat(ReusedPort.queued(nobody.getLocalPort())).isEqualTo(1);
    }
  }

  private static HttpServer listen(Vertx vertx, int port, String name) throws Exception {
    return vertx
        .createHttpServer(new HttpServerOptions().setReusePort(true))
        .requestHandler(request -> request.response().end(name))
        .listen(port, "127.0.0.1")
        .await(10, TimeUnit.SECONDS);
  }

  private static String answer(int port) throws IOException {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
      socket.setSoTimeout(5_000);
      socket
          .getOutputStream()
          .write("GET / HTTP/1.0\r\nHost: localhost\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
      String all = new String(socket.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
      return all.substring(all.indexOf("\r\n\r\n") + 4);
    }
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }
}
