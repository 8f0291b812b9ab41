package dev.nexusdelta.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;

class AdminDoorTest {
  private static final Map<String, String> OPEN =
      Map.of("listen", "0.0.0.0:8080", "listen-without-keys", "true");

  @Test
  void isNotThereWhileCallersComeFromThisMachine() throws IOException {
    AdminDoor door = AdminDoor.of(settings(Map.of()), "");
    assertThat(door.isApart()).isFalse();
    assertThat(door.text()).isEmpty();
  }

  @Test
  void refusesATakenPortThatWasAskedFor() throws IOException {
    try (ServerSocket other = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      Settings settings = settings(Map.of("admin", "127.0.0.1:" + other.getLocalPort()));
      assertThatThrownBy(() -> AdminDoor.of(settings, ""))
          .isInstanceOf(IOException.class)
          .hasMessageContaining("port " + other.getLocalPort() + " of 127.0.0.1 is taken")
          .hasMessageContaining("NEXUS_ADMIN");
      assertThat(AdminDoor.of(settings, "127.0.0.1:" + other.getLocalPort()).port())
          .as("but the predecessor's is shared")
          .isEqualTo(other.getLocalPort());
    }
  }

  @Test
  void takesTheNextFreePortWhereNobodyAsked() throws IOException {
    AdminDoor first = AdminDoor.of(settings(OPEN), "");
    assertThat(first.port()).isGreaterThanOrEqualTo(8079);
    try (ServerSocket other = new ServerSocket(first.port(), 1, InetAddress.getLoopbackAddress())) {
      assertThat(AdminDoor.of(settings(OPEN), "").port()).isGreaterThan(other.getLocalPort());
      assertThat(AdminDoor.of(settings(OPEN), first.text()).text()).isEqualTo(first.text());
    }
  }

  private static Settings settings(Map<String, String> flags) {
    return SettingsReader.read(flags, Map.of(), Path.of("/nowhere"));
  }
}
