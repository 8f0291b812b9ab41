package dev.nexusdelta.firestore;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;

/** The emulator of the Google Cloud CLI, as a process on a free port of loopback. */
final class Emulator implements AutoCloseable {
  private static final Path SCRIPT =
      Path.of(System.getProperty("nexus.home", "..")).resolve(".ci/emulator").toAbsolutePath();

  private static final int ABSENT = 3;

  private final Path folder;
  private final String address;

  Emulator(Path folder) throws IOException {
    this.folder = folder;
    this.address = script("start").strip();
  }

  /** What it printed; fails, with what it said, unless it ends well. */
  private String script(String verb) throws IOException {
    Path log = folder.resolve("script.log");
    Process process =
        new ProcessBuilder(SCRIPT.normalize().toString(), verb, folder.toString())
            .redirectError(log.toFile())
            .start();
    String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    try {
      assertThat(process.waitFor(90, TimeUnit.SECONDS)).isTrue();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    assumeTrue(
        process.exitValue() != ABSENT || System.getenv("CI") != null,
        "no Firestore emulator on this machine: " + Files.readString(log));
    assertThat(process.exitValue()).as("see %s and emulator.log beside it", log).isZero();
    return out;
  }

  int port() {
    return Integer.parseInt(address.substring(address.indexOf(':') + 1));
  }

  String address() {
    return address;
  }

  @Override
  public void close() throws IOException {
    script("stop");
  }
}
