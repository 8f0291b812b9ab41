package dev.nexusdelta.it;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nexusdelta.cli.shell.Waiting;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * A balancer asks again and again whether a gateway is ready, and sends calls until it hears no.
 */
@Timeout(value = 3, unit = TimeUnit.MINUTES)
class BalancedEndIT {
  private static final int SENDERS = 4;
  private static final String YES = "HTTP/1.1 200 ";
  private static final String PROBE =
      "GET /readyz HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n";
  private static final String BODY =
      "{\"tool_name\":\"process_data\",\"parameters\":{\"data\":[1,2]}}";
  private static final String CALL =
      "POST /agents/dataagent/execute HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
          + "Connection: close\r\nContent-Length: %d\r\n\r\n%s".formatted(BODY.length(), BODY);

  private final AtomicInteger served = new AtomicInteger();
  private final Queue<String> failures = new ConcurrentLinkedQueue<>();
  private volatile boolean ready = true;

  @Test
  void whatIsSentUntilItHearsThatTheGatewayEndsIsServed() throws Exception {
    try (Workspace workspace = Workspace.open()) {
      workspace.addSample("dataagent");
      workspace.typeWell("./nexus up -d");
      int port = URI.create(workspace.url()).getPort();
      ProcessHandle gateway = ProcessHandle.of(workspace.gatewayPid()).orElseThrow();
      ExecutorService balancer = Executors.newFixedThreadPool(SENDERS + 1);
      try {
        List<Future<?>> all = new ArrayList<>();
        all.add(balancer.submit(() -> probe(port)));
        for (int i = 0; i < SENDERS; i++) {
          all.add(balancer.submit(() -> send(port)));
        }
        assertThat(Waiting.until(() -> served.get() > 200, seconds(30), Duration.ofMillis(20)))
            .isTrue();
        gateway.destroy();
        for (Future<?> each : all) {
          each.get(30, TimeUnit.SECONDS);
        }
      } finally {
        ready = false;
        balancer.shutdownNow();
      }
      gateway.onExit().get(30, TimeUnit.SECONDS);
      assertThat(failures).as("besides %s calls that were served", served).isEmpty();
    }
  }

  private static Duration seconds(int seconds) {
    return Duration.ofSeconds(seconds);
  }

  private void probe(int port) {
    while (ready) {
      Waiting.until(() -> !ready, Duration.ofMillis(100), Duration.ofMillis(100));
      ready &= answer(port, PROBE).startsWith(YES);
    }
  }

  private void send(int port) {
    while (ready) {
      String answer = answer(port, CALL);
      if (answer.startsWith(YES)) {
        served.incrementAndGet();
      } else {
        failures.add(answer);
      }
    }
  }

  /** On a connection of its own. */
  private static String answer(int port, String request) {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
      socket.setSoTimeout(10_000);
      socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
      byte[] all = socket.getInputStream().readAllBytes();
      return all.length == 0 ? "closed without an answer" : new String(all, StandardCharsets.UTF_8);
    } catch (IOException e) {
      return e.toString();
    }
  }
}
