package dev.nexusdelta.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ListeningTest {
  @Test
  void findsATakenPortBeforeAnythingStarts() throws IOException {
    try (ServerSocket other = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      Settings settings = listening("127.0.0.1:" + other.getLocalPort());
      assertThatThrownBy(() -> Listening.of(settings))
          .isInstanceOf(IOException.class)
          .hasMessageContaining("port " + other.getLocalPort() + " of 127.0.0.1 is taken")
          .hasMessageContaining("--listen");
    }
  }

  @Test
  void settlesAnyFreePort() throws IOException {
    Listening listening = Listening.of(listening("127.0.0.1:0"));
    assertThat(listening.port()).isPositive();
    assertThat(listening.url()).isEqualTo("http://127.0.0.1:" + listening.port());
  }

  @Test
  void tellsAgentsTheNearestOfAllAddresses() throws IOException {
    Settings settings =
        SettingsReader.read(
            Map.of("listen", "0.0.0.0:0", "listen-without-keys", "true"),
            Map.of(),
            Path.of("/nowhere"));
    Listening listening = Listening.of(settings);
    assertThat(listening.url()).isEqualTo("http://127.0.0.1:" + listening.port());
  }

  private static Settings listening(String address) {
    return SettingsReader.read(Map.of("listen", address), Map.of(), Path.of("/nowhere"));
  }
}
