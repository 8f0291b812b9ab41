package dev.nexusdelta.agent;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Timeout(30)
final class ProbeTest {
  @ParameterizedTest
  @CsvSource({"200,''", "204,''", "404,''", "405,''", "503,GET /health answered 503"})
  void takesTheStatusAsHealth(int status, String verdict) throws IOException {
    HttpServer server =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext(
        "/health",
        exchange -> {
          exchange.sendResponseHeaders(status, -1);
          exchange.close();
        });
    server.start();
    try {
      String port = Integer.toString(server.getAddress().getPort());
      assertThat(Probe.verdict("/health", Map.of("PORT", port, "HOST", "0.0.0.0")))
          .isEqualTo(verdict);
    } finally {
      server.stop(0);
    }
  }

  @Test
  void tellsThatNobodyListens() throws IOException {
    String port;
    try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      port = Integer.toString(free.getLocalPort());
    }
    assertThat(Probe.verdict("/health", Map.of("PORT", port)))
        .startsWith("no answer from 127.0.0.1:" + port + ": ");
  }

  @Test
  void tellsThatThePortIsNoNumber() {
    assertThat(Probe.verdict("/health", Map.of("PORT", "http"))).contains("127.0.0.1:http");
  }
}
