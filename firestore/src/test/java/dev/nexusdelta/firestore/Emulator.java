package dev.nexusdelta.firestore;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;

/**
 * The emulator of the Google Cloud CLI, as a process on a free port of loopback. Its jar: {@code
 * NEXUS_TEST_FIRESTORE_EMULATOR}, else beside the {@code gcloud} on the path.
 */
final class Emulator implements AutoCloseable {
  private static final String INSTALLED =
      "platform/cloud-firestore-emulator/cloud-firestore-emulator.jar";

  private final Process process;
  private final int port;

  Emulator(Path folder) throws IOException {
    this.port = freePort();
    this.process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx256m",
                "-Duser.language=en",
                "-cp",
                jar().orElseThrow().toString(),
                "com.google.cloud.datastore.emulator.firestore.CloudFirestore",
                "start",
                "--host=127.0.0.1",
                "--port=" + port)
            .directory(folder.toFile())
            .redirectErrorStream(true)
            .redirectOutput(folder.resolve("emulator.log").toFile())
            .start();
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
    while (!listens()) {
      assertThat(process.isAlive()).as("the emulator runs").isTrue();
      assertThat(System.nanoTime()).as("the emulator listens").isLessThan(end);
      LockSupport.parkNanos(20_000_000);
    }
  }

  /** Where it is installed, if it is. */
  static Optional<Path> jar() {
    String named = System.getenv("NEXUS_TEST_FIRESTORE_EMULATOR");
    if (named != null) {
      return Optional.of(Path.of(named));
    }
    return Stream.of(System.getenv().getOrDefault("PATH", "").split(":"))
        .map(folder -> Path.of(folder, "gcloud"))
        .filter(Files::isExecutable)
        .map(Emulator::root)
        .map(root -> root.resolve(INSTALLED))
        .filter(Files::isReadable)
        .findFirst();
  }

  private static Path root(Path gcloud) {
    try {
      return gcloud.toRealPath().getParent().getParent();
    } catch (IOException e) {
      return gcloud;
    }
  }

  int port() {
    return port;
  }

  String address() {
    return "127.0.0.1:" + port;
  }

  private boolean listens() {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
      return socket.isConnected();
    } catch (IOException e) {
      return false;
    }
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }

  @Override
  public void close() {
    process.destroyForcibly();
    try {
      assertThat(process.waitFor(20, TimeUnit.SECONDS)).isTrue();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
