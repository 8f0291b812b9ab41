package dev.nexusdelta.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nexusdelta.exchange.RawUpstream;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A gateway that leaves because another one listens beside it. */
class FarewellTest {
  private static final String PATH = "/agents/math/execute";
  private static final String ADD = "{\"tool_name\":\"add\"}";

  @TempDir Path folder;
  private ProxyFixture proxy;
  private RawUpstream agent;

  @BeforeEach
  void open() {
    proxy = new ProxyFixture(folder);
    agent = RawUpstream.answering("ok");
    proxy.fleet.serve("math", agent.port());
  }

  @AfterEach
  void close() throws Exception {
    proxy.close();
    agent.close();
  }

  @Test
  void servesWhatComesAndEndsEachConnectionWithItsAnswer() throws Exception {
    try (RawClient kept = proxy.client();
        RawClient silent = proxy.client()) {
      assertThat(kept.post(PATH, ADD).reply().header("connection")).isNull();
      assertThat(silent.get("/agents").reply().status()).isEqualTo(200);
      assertThat(proxy.server.connections()).isEqualTo(2);
      ProxyFixture.await(proxy.server.leave());
      RawClient.Reply last = kept.post(PATH, ADD).reply();
      assertThat(last.status()).isEqualTo(200);
      assertThat(last.header("connection")).isEqualTo("close");
      kept.close();
      RawClient.Reply fresh = proxy.post(PATH, ADD);
      assertThat(fresh.status()).isEqualTo(200);
      assertThat(fresh.header("connection")).isEqualTo("close");
      ProxyFixture.until(() -> proxy.server.connections() == 1);
      assertThat(silent.post(PATH, ADD).reply().status())
          .as("a call may have been on its way: nothing is closed by itself")
          .isEqualTo(200);
      assertThat(silent.reply().status()).as("closed, as this caller does not").isZero();
    }
    ProxyFixture.until(() -> proxy.server.connections() == 0);
  }

  @Test
  void refusalsEndTheConnectionToo() throws Exception {
    try (RawClient kept = proxy.client()) {
      assertThat(kept.get("/agents").reply().status()).isEqualTo(200);
      ProxyFixture.await(proxy.server.leave());
      RawClient.Reply refusal = kept.post("/agents/nobody/execute", ADD).reply();
      assertThat(refusal.status()).isEqualTo(404);
      assertThat(refusal.header("connection")).isEqualTo("close");
    }
  }
}
