package dev.nexusdelta.host.docker;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;

/**
 * An engine that a test may stop, kill and freeze: {@code dockerd} with folders and a bridge of its
 * own, without packet filter, with live-restore. Needs root. With no bridge at all it would remove
 * {@code docker0}, which belongs to the engine of the machine.
 */
final class OwnEngine implements AutoCloseable {
  private final Path folder;
  private final String bridge =
      "nexus-t%06x".formatted(ThreadLocalRandom.current().nextInt(1 << 24));
  private Process process;

  OwnEngine(Path folder) throws IOException, InterruptedException {
    this.folder = folder;
    ip("link", "add", bridge, "type", "bridge");
    try {
      int third = ThreadLocalRandom.current().nextInt(256);
      ip("addr", "add", "10.213.%d.1/24".formatted(third), "dev", bridge);
      ip("link", "set", bridge, "up");
      this.process = launch();
    } catch (IOException | InterruptedException | AssertionError e) {
      ip("link", "delete", bridge);
      throw e;
    }
  }

  private static void ip(String... words) throws IOException, InterruptedException {
    List<String> command = new ArrayList<>(List.of("ip"));
    command.addAll(List.of(words));
    assertThat(new ProcessBuilder(command).inheritIO().start().waitFor())
        .as("%s", command)
        .isZero();
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
            "--bridge=" + bridge,
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
    TinyContainers.until("the engine has ended", () -> !process.isAlive());
    endContainerd();
    // With live-restore an engine leaves its folder mounted onto itself.
    Process unmount =
        new ProcessBuilder("umount", folder.resolve("data").toString())
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .start();
    TinyContainers.until("unmounted", () -> !unmount.isAlive());
    ip("link", "delete", bridge);
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
