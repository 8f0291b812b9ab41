package dev.nexusdelta.folders;

import dev.nexusdelta.manifest.Run;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.PathMatcher;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Collection;
import java.util.HexFormat;
import java.util.List;
import java.util.TreeSet;

/**
 * Content hash (SHA-256) of an agent's code: of a Java agent its file and the jars of its class
 * path, of a command the plain files beside the manifest; containers and agents elsewhere have
 * none.
 */
final class CodeHash {
  /** Larger files (models, data) count by size and time: reading them at each change is no use. */
  private static final long LARGEST_READ = 64L << 20;

  private CodeHash() {}

  static String of(byte[] content) {
    return HexFormat.of().formatHex(sha256().digest(content));
  }

  static String of(Path folder, Run run) {
    return run.fold(
        java -> of(folder, javaFiles(folder, java)),
        command -> of(folder, commandFiles(folder)),
        image -> "",
        url -> "");
  }

  /** Whether changes of a file of this name are no changes of code: logs, editors' leftovers. */
  static boolean ignored(String name) {
    return name.startsWith(".")
        || name.endsWith("~")
        || name.endsWith(".log")
        || name.endsWith(".tmp")
        || name.endsWith(".swp");
  }

  private static Collection<Path> javaFiles(Path folder, Run.Java java) {
    TreeSet<Path> files = new TreeSet<>();
    files.add(folder.resolve(java.file()));
    for (String entry : java.classpath()) {
      Path path = folder.resolve(entry);
      Path parent = path.getParent();
      Path last = path.getFileName();
      if (parent == null || last == null || !last.toString().contains("*")) {
        files.add(path);
      } else {
        PathMatcher matcher = FileSystems.getDefault().getPathMatcher("glob:" + last);
        files.addAll(plainFiles(parent, file -> matcher.matches(file.getFileName())));
      }
    }
    return files;
  }

  private static Collection<Path> commandFiles(Path folder) {
    return plainFiles(
        folder,
        file -> {
          String name = file.getFileName().toString();
          return !ignored(name) && !name.equals(AgentFolders.FILE);
        });
  }

  private static Collection<Path> plainFiles(Path folder, DirectoryStream.Filter<Path> filter) {
    TreeSet<Path> files = new TreeSet<>();
    try (DirectoryStream<Path> children = Files.newDirectoryStream(folder, filter)) {
      for (Path child : children) {
        if (Files.isRegularFile(child)) {
          files.add(child);
        }
      }
    } catch (IOException | DirectoryIteratorException e) {
      return List.of();
    }
    return files;
  }

  private static String of(Path folder, Collection<Path> files) {
    MessageDigest digest = sha256();
    for (Path file : files) {
      digest.update((folder.relativize(file) + "\0").getBytes(StandardCharsets.UTF_8));
      try {
        long size = Files.size(file);
        digest.update((size + "\0").getBytes(StandardCharsets.UTF_8));
        if (size > LARGEST_READ) {
          String time = Files.getLastModifiedTime(file).toString();
          digest.update(time.getBytes(StandardCharsets.UTF_8));
        } else {
          update(digest, file);
        }
      } catch (IOException e) {
        digest.update("missing\0".getBytes(StandardCharsets.UTF_8));
      }
    }
    return HexFormat.of().formatHex(digest.digest());
  }

  private static void update(MessageDigest digest, Path file) throws IOException {
    byte[] buffer = new byte[16 * 1024];
    try (InputStream in = Files.newInputStream(file)) {
      for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
        digest.update(buffer, 0, n);
      }
    }
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }
}
