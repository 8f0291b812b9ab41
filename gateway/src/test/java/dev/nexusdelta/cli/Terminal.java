package dev.nexusdelta.cli;

import java.io.File;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * A folder in which somebody types: {@code ./nexus} is a link to the launcher, the gateway listens
 * on a port of its own. Closing it ends whatever runs there.
 */
final class Terminal implements AutoCloseable {
  private static final long PATIENCE_SECONDS = 180;
  private final Path folder;
  private final Map<String, String> env = new HashMap<>();
  private int commands;

  Terminal(Path folder) throws IOException {
    this.folder = folder;
    Path home = Path.of(System.getProperty("nexus.home"));
    Files.createSymbolicLink(folder.resolve("nexus"), home.resolve("nexus"));
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      env.put("NEXUS_LISTEN", "127.0.0.1:" + socket.getLocalPort());
    }
    env.put("NEXUS_CLUSTER_PORT", "0");
  }

  /** What a typed line left. */
  record Typed(int code, String out, String err) {}

  Terminal env(String name, String value) {
    env.put(name, value);
    return this;
  }

  String gateway() {
    return "http://" + env.get("NEXUS_LISTEN");
  }

  Path folder() {
    return folder;
  }

  /** Types a line into bash and waits for its end. */
  Typed type(String line) throws IOException, InterruptedException {
    Path out = folder.resolve("." + ++commands + ".out");
    Path err = folder.resolve("." + commands + ".err");
    Process process = start(line, out, err);
    if (!process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
      process.descendants().forEach(ProcessHandle::destroyForcibly);
      process.destroyForcibly();
      throw new AssertionError(
          "'" + line + "' does not end\n" + Files.readString(out) + Files.readString(err));
    }
    return new Typed(process.exitValue(), Files.readString(out), Files.readString(err));
  }

  /** Types a line and fails unless it ends with exit code 0. */
  Typed typeWell(String line) throws IOException, InterruptedException {
    Typed typed = type(line);
    if (typed.code() != 0) {
      throw new AssertionError(
          "'" + line + "' ended with " + typed.code() + "\n" + typed.out() + typed.err() + log());
    }
    return typed;
  }

  /** Starts a line that goes on; its streams go to these files. */
  Process start(String line, Path out, Path err) throws IOException {
    ProcessBuilder builder = new ProcessBuilder(List.of("bash", "-c", line));
    builder.directory(folder.toFile());
    builder.environment().keySet().removeIf(name -> name.startsWith("NEXUS_"));
    builder.environment().putAll(env);
    builder.redirectInput(new File("/dev/null"));
    builder.redirectOutput(out.toFile());
    builder.redirectError(err.toFile());
    return builder.start();
  }

  private String log() throws IOException {
    Path log = folder.resolve(".nexus/logs/gateway.log");
    return Files.exists(log) ? "\ngateway.log:\n" + Files.readString(log) : "";
  }

  @Override
  public void close() throws IOException {
    try {
      type("./nexus down");
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    Files.deleteIfExists(folder.resolve("nexus"));
  }
}
