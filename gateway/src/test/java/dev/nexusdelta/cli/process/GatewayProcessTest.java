package dev.nexusdelta.cli.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpServer;
import dev.nexusdelta.cli.shell.CommandFailure;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The process is any program; what answers for it is the test. */
final class GatewayProcessTest {
  private final AtomicInteger asked = new AtomicInteger();
  @TempDir private Path data;
  private HttpServer answers;

  @BeforeEach
  void listen() throws IOException {
    answers = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    answers.start();
  }

  @AfterEach
  void close() {
    answers.stop(0);
  }

  @Test
  void whatServedOnceServesThoughItIsSlowThen() throws IOException {
    answers.createContext(
        "/readyz",
        exchange -> {
          exchange.sendResponseHeaders(asked.incrementAndGet() == 1 ? 200 : 503, -1);
          exchange.close();
        });
    Process process = new ProcessBuilder("sleep", "60").start();
    try {
      recorded(process);
      assertThat(gateway(process).awaitServing().pid()).isEqualTo(process.pid());
    } finally {
      process.destroyForcibly();
    }
  }

  @Test
  void whatEndsAtItsStartIsToldWithItsExitCode() throws IOException {
    Process process = new ProcessBuilder("sh", "-c", "exit 7").start();
    assertThatThrownBy(() -> gateway(process).awaitServing())
        .isInstanceOf(CommandFailure.class)
        .hasMessageContaining("exit code 7");
  }

  private void recorded(Process process) throws IOException {
    Files.writeString(
        data.resolve(RunningGateway.FILE),
        "{\"url\": \"http://127.0.0.1:%d\", \"pid\": %d}"
            .formatted(answers.getAddress().getPort(), process.pid()));
  }

  private GatewayProcess gateway(Process process) {
    return new GatewayProcess(process, data, Optional.empty(), 0);
  }
}
