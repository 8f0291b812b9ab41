package dev.nexusdelta.agent;

import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;

/** An agent in a process of its own, killed with the block that needs it. */
final class ChildAgent implements AutoCloseable {
  private static final long PATIENCE_SECONDS = 60;

  private final Process process;
  private final BlockingQueue<String> lines = new LinkedBlockingQueue<>();
  private final Thread reader;

  private ChildAgent(ProcessBuilder builder) throws IOException {
    process = builder.redirectErrorStream(true).start();
    reader = new Thread(this::read, "child-output");
    reader.setDaemon(true);
    reader.start();
  }

  static ChildAgent start(String type, Map<String, String> environment) throws IOException {
    return start(type, environment, List.of());
  }

  static ChildAgent start(String type, Map<String, String> environment, List<Path> classPath)
      throws IOException {
    return new ChildAgent(builder(environment, classPath, Launch.class.getName(), type));
  }

  static ChildAgent main(String type) throws IOException {
    return new ChildAgent(builder(Map.of(), List.of(), type));
  }

  private static ProcessBuilder builder(
      Map<String, String> environment, List<Path> classPath, String... main) {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-Xmx39m", "-cp"));
    command.add(
        System.getProperty("java.class.path")
            + classPath.stream()
                .map(path -> File.pathSeparator + path)
                .collect(Collectors.joining()));
    command.addAll(List.of(main));
    ProcessBuilder builder = new ProcessBuilder(command);
    builder.environment().put("PORT", "0");
    builder.environment().putAll(environment);
    return builder;
  }

  private void read() {
    try (BufferedReader in =
        new BufferedReader(
            new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
      for (String line = in.readLine(); line != null; line = in.readLine()) {
        lines.add(line);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Waits for a line that has the words. */
  String awaitLine(String words) throws InterruptedException {
    List<String> seen = new ArrayList<>();
    while (true) {
      String line = lines.poll(PATIENCE_SECONDS, TimeUnit.SECONDS);
      if (line == null) {
        throw new AssertionError("no line with \"" + words + "\" in " + seen);
      }
      if (line.contains(words)) {
        return line;
      }
      seen.add(line);
    }
  }

  int port() throws InterruptedException {
    String line = awaitLine("listening on ");
    return Integer.parseInt(line.replaceAll(".*listening on [^ ]*:(\\d+),.*", "$1"));
  }

  void terminate() {
    process.toHandle().destroy();
  }

  int exitCode() throws InterruptedException {
    if (!process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
      throw new AssertionError("still runs");
    }
    return process.exitValue();
  }

  @Override
  public void close() {
    process.destroyForcibly();
    try {
      process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS);
      reader.join(TimeUnit.SECONDS.toMillis(PATIENCE_SECONDS));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
