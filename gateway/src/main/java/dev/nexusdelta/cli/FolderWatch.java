package dev.nexusdelta.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * Sees that files of an agent's folder have changed: by time and size, links followed, hidden files
 * and logs left out. Looking is cheap enough for 20 times a second, and unlike the system's own
 * notices works on every file system. One thread.
 */
final class FolderWatch {
  private static final int DEEP = 2;
  private final Path folder;
  private Map<String, String> seen;

  FolderWatch(Path folder) {
    this.folder = folder;
    this.seen = look();
  }

  /** Whether something changed since the last look. */
  boolean changed() {
    Map<String, String> now = look();
    boolean changed = !now.equals(seen);
    seen = now;
    return changed;
  }

  private Map<String, String> look() {
    Map<String, String> found = new TreeMap<>();
    try (Stream<Path> files = Files.walk(folder, DEEP)) {
      files
          .filter(file -> !isIgnored(folder.relativize(file).toString()))
          .filter(Files::isRegularFile)
          .forEach(file -> found.put(file.toString(), stamp(file)));
    } catch (IOException | java.io.UncheckedIOException e) {
      return found; // it is being written right now; the next look sees it whole
    }
    return found;
  }

  private static boolean isIgnored(String path) {
    return path.startsWith(".")
        || path.contains("/.")
        || path.endsWith(".log")
        || path.endsWith("~")
        || path.contains("__pycache__");
  }

  private static String stamp(Path file) {
    try {
      return Files.getLastModifiedTime(file).toMillis() + "/" + Files.size(file);
    } catch (IOException e) {
      return "gone";
    }
  }
}
