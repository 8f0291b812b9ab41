package dev.nexusdelta.host.process;

import dev.nexusdelta.host.code.JavaHome;
import dev.nexusdelta.host.code.JvmFlags;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The archive of the runtime's classes that all Java agents share: it makes them start sooner and
 * lets them share memory. Made once per JDK and runtime by a training run; without one everything
 * works, only slower. {@link #make} blocks; {@link #file} may be asked from any thread.
 */
final class ClassArchive {
  /** Program in the runtime that exercises what every agent does, and ends. */
  static final String TRAINING = "dev.nexusdelta.agent.Train";

  private static final Logger log = LoggerFactory.getLogger(ClassArchive.class);
  private static final long LONGEST_SECONDS = 60;

  private final Path folder;
  private final JavaHome java;
  private final List<Path> runtime;
  private volatile Optional<Path> file = Optional.empty();
  private volatile boolean closed;

  ClassArchive(Path folder, JavaHome java, List<Path> runtime) {
    this.folder = folder;
    this.java = java;
    this.runtime = List.copyOf(runtime);
  }

  /** The archive, once there is one. */
  Optional<Path> file() {
    return file;
  }

  /** Finds or makes it. Never fails: what goes wrong is logged. */
  void make() {
    if (runtime.isEmpty()) {
      return;
    }
    try {
      Path target = folder.resolve("agent-" + key() + JvmFlags.archiveEnding(java));
      if (!Files.exists(target)) {
        train(target);
      }
      if (Files.exists(target)) {
        file = Optional.of(target);
        deleteOthers(target);
      }
    } catch (IOException e) {
      log.warn("Java agents start without a shared class archive: {}", e.toString());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Those of this JDK that an earlier runtime had; whoever still uses one keeps it mapped. */
  private void deleteOthers(Path target) throws IOException {
    try (DirectoryStream<Path> all =
        Files.newDirectoryStream(folder, "agent-" + java.feature() + "-*")) {
      for (Path other : all) {
        if (!other.equals(target)) {
          Files.deleteIfExists(other);
        }
      }
    }
  }

  /** A training run still under way is given up. */
  void close() {
    closed = true;
  }

  private void train(Path target) throws IOException, InterruptedException {
    Files.createDirectories(folder);
    Path fresh = folder.resolve(target.getFileName() + ".new");
    Path output = folder.resolve("training.log");
    Files.deleteIfExists(fresh);
    List<String> command = new ArrayList<>();
    command.add(java.java());
    command.addAll(JvmFlags.forTraining(java, fresh));
    command.addAll(List.of("-cp", CommandLine.classPath(runtime, List.of()), TRAINING));
    Process process =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(output.toFile())
            .start();
    for (int second = 0; second < LONGEST_SECONDS * 10 && !closed; second++) {
      if (process.waitFor(100, TimeUnit.MILLISECONDS)) {
        break;
      }
    }
    if (process.isAlive()) {
      // JDK 25 writes the cache in a child of the training run.
      process.descendants().forEach(ProcessHandle::destroyForcibly);
      process.destroyForcibly().waitFor();
    }
    if (process.exitValue() == 0 && Files.exists(fresh)) {
      Files.move(fresh, target, StandardCopyOption.ATOMIC_MOVE);
      log.info("shared class archive {} made", target);
    } else if (!closed) {
      log.warn(
          "no shared class archive, Java agents start slower: training run ended with {}; see {}",
          process.exitValue(),
          output);
    }
    Files.deleteIfExists(fresh);
  }

  /** Another JDK, another runtime, other flags: another archive. */
  private String key() throws IOException {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      List<String> facts = new ArrayList<>();
      facts.add(java.home().toString());
      facts.add(java.version());
      facts.addAll(JvmFlags.forTraining(java, Path.of("x")));
      for (Path jar : runtime) {
        facts.add(jar.toString());
        facts.add(Long.toString(Files.size(jar)));
        facts.add(Files.getLastModifiedTime(jar).toString());
      }
      digest.update(String.join("\n", facts).getBytes(StandardCharsets.UTF_8));
      return java.feature() + "-" + HexFormat.of().formatHex(digest.digest(), 0, 6);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }
}
