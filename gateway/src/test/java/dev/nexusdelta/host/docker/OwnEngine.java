package dev.nexusdelta.host.docker;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;

/**
 * An engine that a test may stop, kill and freeze: {@code dockerd} with folders of its own, without
 * bridge and packet filter, with live-restore. Needs root.
 */
final class OwnEngine implements AutoCloseable {
  private final Path folder;
  private Process process;

  OwnEngine(Path folder) throws IOException {
    this.folder = folder;
    this.process = launch();
  }

  EngineAddress address() {
    return EngineAddress.of("unix://" + folder.resolve("engine.sock"));
  }

  private Process launch() throws IOException {
    return new ProcessBuilder(
            "dockerd",
            "--data-root",
            folder.resolve("data").toString(),
            "--exec-root",
            folder.resolve("exec").toString(),
            "--pidfile",
            folder.resolve("pid").toString(),
            "-H",
            address().toString(),
            "--bridge=none",
            "--iptables=false",
            "--ip6tables=false",
            "--live-restore",
            "--userland-proxy=false")
        .redirectErrorStream(true)
        .redirectOutput(ProcessBuilder.Redirect.appendTo(new File(folder.toFile(), "log")))
        .start();
  }

  void signal(String name) throws IOException, InterruptedException {
    Process kill =
        new ProcessBuilder("kill", "-" + name, Long.toString(process.pid())).inheritIO().start();
    assertThat(kill.waitFor()).as("kill -%s", name).isZero();
  }

  /** Ends it with this signal and starts it again. */
  void restart(String signal) throws IOException, InterruptedException {
    signal(signal);
    assertThat(process.waitFor(30, TimeUnit.SECONDS)).as("the engine ends").isTrue();
    endContainerd();
    Files.deleteIfExists(folder.resolve("pid"));
    process = launch();
  }

  @Override
  public void close() throws IOException, InterruptedException {
    process.destroy();
    if (!process.waitFor(30, TimeUnit.SECONDS)) {
      process.destroyForcibly().waitFor();
    }
    endContainerd();
    // With live-restore an engine leaves its folder mounted onto itself.
    new ProcessBuilder("umount", folder.resolve("data").toString())
        .redirectErrorStream(true)
        .redirectOutput(ProcessBuilder.Redirect.DISCARD)
        .start()
        .waitFor();
  }

  /** It ends with its engine, a moment later; the next engine must not take it for alive. */
  private void endContainerd() throws IOException {
    Path file = folder.resolve("exec/containerd/containerd.pid");
    if (Files.exists(file)) {
      ProcessHandle.of(Long.parseLong(Files.readString(file).trim()))
          .ifPresent(
              containerd -> {
                containerd.destroy();
                TinyContainers.until("containerd has ended", () -> !containerd.isAlive());
              });
      Files.deleteIfExists(file);
    }
  }
}
