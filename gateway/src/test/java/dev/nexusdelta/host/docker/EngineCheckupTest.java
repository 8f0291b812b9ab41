package dev.nexusdelta.host.docker;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nexusdelta.host.docker.EngineReport.Silence;
import dev.nexusdelta.host.docker.EngineReport.Silent;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Engines that do not answer, and why. */
@Timeout(30)
class EngineCheckupTest {
  @TempDir private Path folder;

  private static Silence silence(String address) {
    long began = System.nanoTime();
    EngineReport report = EngineCheckup.look(address, "base", Instant.EPOCH);
    assertThat(Duration.ofNanos(System.nanoTime() - began)).isLessThan(Duration.ofSeconds(6));
    assertThat(report).isInstanceOf(Silent.class);
    return ((Silent) report).silence();
  }

  @Test
  void noAddress() {
    assertThat(silence("tcp://192.0.2.1:2375")).isEqualTo(Silence.WRONG_ADDRESS);
    assertThat(silence("not an address")).isEqualTo(Silence.WRONG_ADDRESS);
  }

  @Test
  void noSocket() {
    assertThat(silence("unix://" + folder.resolve("none"))).isEqualTo(Silence.NO_SOCKET);
  }

  @Test
  void nobodyListens() throws IOException {
    Path socket = folder.resolve("engine.sock");
    ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
    server.bind(UnixDomainSocketAddress.of(socket));
    server.close();
    assertThat(silence("unix://" + socket)).isEqualTo(Silence.NOBODY);
    int port;
    try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      port = free.getLocalPort();
    }
    assertThat(silence("tcp://127.0.0.1:" + port)).isEqualTo(Silence.NOBODY);
  }

  @Test
  void hangs() throws IOException {
    try (SilentEngine engine = new SilentEngine(folder, true)) {
      assertThat(silence(engine.address().toString())).isEqualTo(Silence.HUNG);
    }
  }

  @Test
  void isNoEngine() throws IOException {
    try (SilentEngine engine = new SilentEngine(folder, false)) {
      // It answers every question with OK, which is no answer to most.
      EngineReport report = EngineCheckup.look(engine.address().toString(), "base", Instant.EPOCH);
      assertThat(report).isInstanceOf(EngineReport.Answers.class);
      assertThat(((EngineReport.Answers) report).unknown()).isNotEmpty();
    }
  }
}
