package dev.nexusdelta.exchange;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.Vertx;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class SocketExchangeTest extends ExchangeTck {
  @Override
  Exchange create(Vertx vertx, AtomicLong clock) {
    return new SocketExchange(vertx, clock::get, Duration.ofSeconds(1));
  }

  @Override
  int connections(Exchange exchange) {
    return ((SocketExchange) exchange).connections();
  }

  /**
   * With a backlog of one, the kernel keeps up to two connections for an agent that accepts no
   * more, and drops the others.
   */
  @Test
  void whoseConnectionIsDroppedGoesOnOneThatGetsFree() throws IOException {
    try (ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      List<CompletableFuture<String>> calls = new ArrayList<>(List.of(begin(server)));
      try (Socket accepted = server.accept()) {
        accepted.setSoTimeout(10_000);
        BufferedReader requests =
            new BufferedReader(
                new InputStreamReader(accepted.getInputStream(), StandardCharsets.ISO_8859_1));
        readHead(requests);
        for (int i = 0; i < 4; i++) {
          calls.add(begin(server));
        }
        settle();
        answer(accepted);
        for (int call = 2; call <= 3; call++) {
          readHead(requests);
          answer(accepted);
        }
        await(() -> calls.stream().filter(CompletableFuture::isDone).count() == 3);
        assertThat(calls.stream().filter(CompletableFuture::isDone).map(CompletableFuture::join))
            .containsOnly("200 a");
      }
    }
  }

  private CompletableFuture<String> begin(ServerSocket server) {
    CompletableFuture<String> result = new CompletableFuture<>();
    Exchange.Target target = new Exchange.Target("slow", address(server.getLocalPort()));
    on(() -> exchange.begin(target, held(""), outcome -> read(outcome, result)));
    return result;
  }

  private static void readHead(BufferedReader requests) throws IOException {
    String line = requests.readLine();
    while (line != null && !line.isEmpty()) {
      line = requests.readLine();
    }
  }

  private static void answer(Socket accepted) throws IOException {
    accepted
        .getOutputStream()
        .write("HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\na".getBytes(StandardCharsets.US_ASCII));
  }
}
