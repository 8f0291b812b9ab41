package dev.nexusdelta.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.Vertx;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Operators get answers whatever happens to calls. */
class AdminListenerTest {
  private static final int LOOPS = 2;

  @TempDir Path folder;
  private final CountDownLatch drowned = new CountDownLatch(1);
  private final CountDownLatch under = new CountDownLatch(LOOPS);
  private final Vertx control = Vertx.vertx();
  private ProxyFixture proxy;
  private ProxyServer.SideDoor admin;

  @BeforeEach
  void open() {
    proxy = new ProxyFixture(folder, request -> drown(request.path()));
    admin =
        ProxyFixture.await(
            proxy.server.administer(
                control, "127.0.0.1", 0, request -> request.response().end("control")));
  }

  @AfterEach
  void close() throws Exception {
    drowned.countDown();
    ProxyFixture.await(admin.close());
    proxy.close();
    control.close().await(10, TimeUnit.SECONDS);
  }

  @Test
  void answersWhileEveryLoopOfCallsIsBusy() throws Exception {
    List<RawClient> callers = new ArrayList<>();
    // Connections are dealt out in turn.
    for (int loop = 0; loop < LOOPS; loop++) {
      callers.add(proxy.client().get("/drown"));
    }
    assertThat(under.await(10, TimeUnit.SECONDS)).isTrue();
    for (String path : List.of("/livez", "/readyz", "/metrics", "/api/v1/agents")) {
      assertThat(ask(path).status()).isEqualTo(200);
    }
    drowned.countDown();
    for (RawClient caller : callers) {
      caller.close();
    }
  }

  @Test
  void hasNothingForCallers() throws Exception {
    assertThat(ask("/agents").code()).isEqualTo("not_found");
    assertThat(ask("/agents/math/tools").code()).isEqualTo("not_found");
  }

  @Test
  void goesOnWhileCallsAreDrained() throws Exception {
    proxy.server.drain();
    assertThat(ask("/readyz").status()).isEqualTo(200);
  }

  private RawClient.Reply ask(String path) throws IOException {
    try (RawClient client = new RawClient(admin.port())) {
      return client.get(path).reply();
    }
  }

  private void drown(String path) {
    if (path.equals("/drown")) {
      under.countDown();
      try {
        assertThat(drowned.await(30, TimeUnit.SECONDS)).isTrue();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
  }
}
