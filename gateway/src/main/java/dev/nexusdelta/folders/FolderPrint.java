package dev.nexusdelta.folders;

import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/**
 * A cheap print of a folder's files (names, sizes, times), down to two levels: differs when
 * something changed.
 */
final class FolderPrint {
  /** The print of a folder that does not exist. */
  static final long NOTHING = 0;

  /** Subfolders below an agent's own that may hold code. */
  static final int LEVELS = 2;

  private static final int MOST_DIRECTORIES = 50;
  private static final int MOST_FILES = 2000;

  /** Other people's files by the thousand, never an agent's own code. */
  private static final Set<String> FOREIGN =
      Set.of("node_modules", "__pycache__", "venv", "site-packages");

  private FolderPrint() {}

  /** The prints of all folders, by name. */
  static Map<String, Long> all(Path root) {
    Map<String, Long> prints = new HashMap<>();
    for (Path folder : folders(root)) {
      long print = of(folder);
      if (print != NOTHING) {
        prints.put(folder.getFileName().toString(), print);
      }
    }
    return prints;
  }

  static long of(Path folder) {
    long print = NOTHING;
    int files = 0;
    for (Path directory : directories(folder)) {
      for (Path child : children(directory)) {
        if (++files > MOST_FILES) {
          return print;
        }
        // A sum, so that the order in which the disk lists does not matter.
        print += 31L * child.hashCode() + attributes(child);
      }
    }
    return print == NOTHING && Files.isDirectory(folder) ? 1 : print;
  }

  private static long attributes(Path file) {
    try {
      BasicFileAttributes attributes = Files.readAttributes(file, BasicFileAttributes.class);
      return attributes.isDirectory()
          ? 1
          : Objects.hash(
              attributes.size(),
              attributes.lastModifiedTime().to(TimeUnit.NANOSECONDS),
              attributes.fileKey());
    } catch (IOException goneMeanwhile) {
      return 0;
    }
  }

  /** The folders of agents below {@code root}. */
  static List<Path> folders(Path root) {
    return children(root).stream().filter(Files::isDirectory).toList();
  }

  /** The folder itself and its subfolders that may hold code; none if it is no directory. */
  private static List<Path> directories(Path folder) {
    List<Path> found = new ArrayList<>();
    if (Files.isDirectory(folder)) {
      found.add(folder);
    }
    int from = 0;
    for (int level = 0; level < LEVELS; level++) {
      int to = found.size();
      for (Path parent : List.copyOf(found.subList(from, to))) {
        for (Path child : children(parent)) {
          if (found.size() < MOST_DIRECTORIES && Files.isDirectory(child)) {
            found.add(child);
          }
        }
      }
      from = to;
    }
    return found;
  }

  static List<Path> children(Path directory) {
    List<Path> found = new ArrayList<>();
    try (DirectoryStream<Path> children =
        Files.newDirectoryStream(
            directory,
            child -> {
              String name = child.getFileName().toString();
              return !CodeHash.ignored(name) && !FOREIGN.contains(name);
            })) {
      children.forEach(found::add);
    } catch (IOException | DirectoryIteratorException goneMeanwhile) {
      return List.of();
    }
    found.sort(Comparator.naturalOrder());
    return found;
  }
}
