package dev.nexusdelta.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nexusdelta.access.TrustedProxies;
import dev.nexusdelta.exchange.RawUpstream;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Who calls, as agents and the log are told. */
class ForwardingTest {
  private static final String PATH = "/agents/math/execute";
  private static final String[] SAID = {
    "X-Forwarded-For: 198.51.100.1, 127.0.0.9",
    "X-Forwarded-Proto: https",
    "X-Forwarded-Host: shop.example",
    "Forwarded: for=198.51.100.1",
    "X-Real-IP: 1.1.1.1",
    "X_Forwarded_For: 2.2.2.2"
  };

  @TempDir Path folder;

  @Test
  void aStrangersWordIsReplaced() throws IOException {
    List<String> lines = callThrough(TrustedProxies.NONE);
    assertThat(lines.get(0))
        .contains("\r\nx-forwarded-for: 127.0.0.1\r\n")
        .contains("\r\nx-forwarded-proto: http\r\n")
        .contains("\r\nx-forwarded-host: localhost\r\n")
        .doesNotContain("198.51.100.1", "shop.example", "1.1.1.1", "2.2.2.2", "\r\nforwarded:");
    assertThat(lines.get(1)).contains("\"127.0.0.1:").doesNotContain("198.51.100.1");
  }

  @Test
  void aTrustedProxysWordIsBelievedAndItselfAppended() throws IOException {
    List<String> lines = callThrough(TrustedProxies.of(List.of("127.0.0.0/8")));
    assertThat(lines.get(0))
        .contains("\r\nx-forwarded-for: 198.51.100.1, 127.0.0.9, 127.0.0.1\r\n")
        .contains("\r\nx-forwarded-proto: https\r\n")
        .contains("\r\nx-forwarded-host: shop.example\r\n")
        .contains("\r\nforwarded: for=198.51.100.1, for=127.0.0.1;proto=http\r\n")
        .doesNotContain("1.1.1.1", "2.2.2.2");
    assertThat(lines.get(1)).contains("\"198.51.100.1\"");
  }

  /** What the agent saw, in lower case, and the line of the log. */
  private List<String> callThrough(TrustedProxies trusted) throws IOException {
    try (RawUpstream agent = RawUpstream.answering("ok");
        ProxyFixture proxy =
            new ProxyFixture(folder, ProxySettings.of("127.0.0.1", 0, 1).behind(trusted))) {
      proxy.fleet.serve("math", agent.port());
      assertThat(proxy.post(PATH, "{}", SAID).status()).isEqualTo(200);
      ProxyFixture.until(() -> proxy.metrics.scrape().contains("nexus_requests_total{"));
      return List.of(
          agent.requests.get(0).toLowerCase(java.util.Locale.ROOT), proxy.accessLines().get(0));
    }
  }
}
