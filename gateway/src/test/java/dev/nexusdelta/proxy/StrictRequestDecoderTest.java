package dev.nexusdelta.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import java.io.IOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

final class StrictRequestDecoderTest {
  private static final long NONE = -1;

  @Test
  void aClosedConnectionIsKeptByNoTimer() throws Exception {
    Vertx vertx = Vertx.vertx();
    CompletableFuture<HttpConnection> accepted = new CompletableFuture<>();
    HttpServer server =
        vertx
            .createHttpServer(new HttpServerOptions().setHttp2ClearTextEnabled(false))
            .requestHandler(request -> {})
            .connectionHandler(accepted::complete);
    try (Socket caller = connect(server)) {
      assertThat(caller.isConnected()).isTrue();
      StrictRequestDecoder decoder =
          new StrictRequestDecoder(
              new HttpServerOptions(),
              new Http1Caller(accepted.get(10, TimeUnit.SECONDS), false, 0),
              Duration.ofHours(1));
      EmbeddedChannel channel = new EmbeddedChannel(decoder);

      channel.writeInbound(Unpooled.copiedBuffer("POST /agents", StandardCharsets.US_ASCII));
      assertThat(channel.runScheduledPendingTasks()).isGreaterThan(0);
      // Not close: there this channel itself ends all timers.
      channel.pipeline().fireChannelInactive();
      assertThat(channel.runScheduledPendingTasks()).isEqualTo(NONE);
    } finally {
      vertx.close().toCompletionStage().toCompletableFuture().get(10, TimeUnit.SECONDS);
    }
  }

  private static Socket connect(HttpServer server) throws IOException {
    int port =
        server.listen(0, "127.0.0.1").toCompletionStage().toCompletableFuture().join().actualPort();
    return new Socket("127.0.0.1", port);
  }
}
