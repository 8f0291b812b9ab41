package dev.nexusdelta.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nexusdelta.access.TrustedProxies;
import dev.nexusdelta.exchange.RawUpstream;
import dev.nexusdelta.proxy.FrameClient.Frame;
import dev.nexusdelta.tls.PemFiles;
import dev.nexusdelta.tls.TestCertificates;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Callers that hold what they do not use: bodies, answers, connections. */
class SlowCallersTest {
  private static final String PATH = "/agents/math/execute";
  private static final String HEAD =
      "POST " + PATH + " HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n";

  @TempDir Path folder;
  private @Nullable ProxyFixture proxy;

  @AfterEach
  void close() {
    if (proxy != null) {
      proxy.close();
    }
  }

  private ProxyFixture open(
      Duration idle, Duration body, int connections, PemFiles.@Nullable Good tls) {
    proxy =
        new ProxyFixture(
            folder,
            new ProxySettings(
                "127.0.0.1",
                0,
                1,
                Duration.ofSeconds(1),
                idle,
                Duration.ofSeconds(10),
                body,
                connections,
                TrustedProxies.NONE,
                tls));
    return proxy;
  }

  @Test
  void aBodyThatCrawlsIsRefusedAndNotTheAgentsFault() throws IOException {
    ProxyFixture open = open(Duration.ofSeconds(60), Duration.ofMillis(300), 100, null);
    try (RawUpstream agent = RawUpstream.answering("ok");
        RawClient held = open.client();
        RawClient streamed = open.client()) {
      open.fleet.serve("math", agent.port());
      held.send(HEAD + "Content-Length: 1000\r\n\r\n{");
      streamed.send(HEAD + "Content-Length: 100000\r\n\r\n" + "x".repeat(1000));
      for (RawClient client : List.of(held, streamed)) {
        RawClient.Reply reply = client.reply();
        assertThat(reply.status()).isEqualTo(408);
        assertThat(reply.code()).isEqualTo("request_timeout");
        assertThat(reply.json().getString("detail")).contains("1024 bytes a second");
        assertThat(client.isEnded()).isTrue();
      }
      assertThat(open.fleet.failures).isEmpty();
      assertThat(agent.requests).isEmpty();
    }
  }

  @Test
  void anAnswerThatIsNotTakenEndsItsConnection() throws IOException {
    ProxyFixture open = open(Duration.ofMillis(300), Duration.ofSeconds(10), 100, null);
    try (RawUpstream agent = RawUpstream.answering("z".repeat(8 << 20));
        RawClient client = open.client()) {
      open.fleet.serve("math", agent.port());
      client.post(PATH, "{}", "X-Nexus-Timeout: 500ms");
      ProxyFixture.until(() -> open.metrics.scrape().contains("code=\"504\""));
      assertThat(client.reply().complete()).isFalse();
      assertThat(open.fleet.failures).isEmpty();
    }
  }

  @Test
  @Timeout(value = 30, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
  void aCallerThatAsksOnWithoutTakingAnswersIsDropped() throws IOException {
    ProxyFixture open = open(Duration.ofMillis(500), Duration.ofSeconds(10), 100, null);
    String asked = "GET /" + "a".repeat(4000) + " HTTP/1.1\r\nHost: localhost\r\n\r\n";
    try (RawClient client = open.client()) {
      boolean dropped = false;
      for (int i = 0; i < 20_000 && !dropped; i++) {
        try {
          client.send(asked);
        } catch (IOException reset) {
          dropped = true;
        }
      }
      assertThat(dropped).isTrue();
    }
  }

  @Test
  void whoOnlyHoldsConnectionsMakesRoom() throws IOException {
    ProxyFixture open = open(Duration.ofSeconds(60), Duration.ofSeconds(10), 20, null);
    List<RawClient> held = new ArrayList<>();
    try (RawUpstream agent = RawUpstream.answering("ok")) {
      open.fleet.serve("math", agent.port());
      for (int i = 0; i < 60; i++) {
        RawClient client = open.client();
        held.add(client);
        assertThat(client.get("/agents").reply().status()).isEqualTo(200);
      }
      assertThat(held.get(0).isEnded()).isTrue();
      assertThat(held.get(39).isEnded()).isTrue();
      assertThat(held.get(59).get("/agents").reply().status()).isEqualTo(200);
    } finally {
      for (RawClient client : held) {
        client.close();
      }
    }
  }

  @Test
  void newcomersAreTurnedAwayWhileAllAreInUse() throws IOException {
    ProxyFixture open = open(Duration.ofSeconds(60), Duration.ofSeconds(10), 2, null);
    try (RawUpstream silent = new RawUpstream(RawUpstream.Connection::hang);
        RawClient one = open.client();
        RawClient two = open.client()) {
      open.fleet.serve("math", silent.port());
      one.post(PATH, "{}");
      two.post(PATH, "{}");
      ProxyFixture.until(() -> open.metrics.scrape().contains("in_flight{agent=\"math\"} 2.0"));
      try (RawClient three = open.client()) {
        assertThat(three.isEnded()).isTrue();
      }
    }
  }

  /** The window of the stream is nothing: the answer stays in the gateway's hands. */
  @Test
  void anAnswerThatIsNotTakenEndsItsConnectionOfHttp2() throws Exception {
    PemFiles.Good tls = (PemFiles.Good) TestCertificates.make(folder, "localhost").read();
    ProxyFixture open = open(Duration.ofMillis(400), Duration.ofSeconds(10), 100, tls);
    try (RawUpstream agent = RawUpstream.answering("ok");
        FrameClient client = new FrameClient(open.port, new byte[] {0, 4, 0, 0, 0, 0})) {
      open.fleet.serve("math", agent.port());
      byte[] head =
          FrameClient.fields(
              ":method",
              "POST",
              ":scheme",
              "https",
              ":authority",
              "localhost",
              ":path",
              PATH,
              "content-type",
              "application/json");
      client
          .frame(FrameClient.HEADERS, FrameClient.END_HEADERS, 1, head)
          .frame(
              FrameClient.DATA, FrameClient.END_STREAM, 1, "{}".getBytes(StandardCharsets.UTF_8));
      Frame frame = client.next();
      assertThat(frame).isNotNull();
      assertThat(frame.status()).isEqualTo(200);
      for (frame = client.next(); frame != null; frame = client.next()) {
        assertThat(frame.type()).isNotEqualTo(FrameClient.DATA);
      }
    }
  }
}
