package dev.nexusdelta.cli.folder;

import dev.nexusdelta.host.docker.image.SecretFiles;
import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The files of a folder that make up a program: neither what tools leave behind nor files that hold
 * secrets by custom.
 *
 * @param files by their path relative to the folder
 * @param secrets what was left out for its name, relative
 */
public record FolderCopy(SortedMap<String, Path> files, List<String> secrets) {
  private static final Set<String> LEFT_OUT =
      Set.of(
          ".git",
          ".svn",
          ".hg",
          ".idea",
          ".vscode",
          ".venv",
          "venv",
          "__pycache__",
          "node_modules",
          ".mypy_cache",
          ".pytest_cache",
          ".DS_Store");
  private static final int MOST_FILES = 5_000;
  private static final long MOST_BYTES = 512L << 20;

  /** Copies both. */
  public FolderCopy {
    files = new TreeMap<>(files);
    secrets = List.copyOf(secrets);
  }

  /**
   * Looks through a folder. Links are followed to files, not to folders.
   *
   * @throws IOException also if there are more than a program has: then it is another folder than
   *     was meant
   */
  public static FolderCopy of(Path folder) throws IOException {
    SortedMap<String, Path> files = new TreeMap<>();
    List<String> secrets = new ArrayList<>();
    Files.walkFileTree(
        folder,
        new SimpleFileVisitor<>() {
          private long bytes;

          @Override
          public FileVisitResult preVisitDirectory(Path child, BasicFileAttributes attributes) {
            return !child.equals(folder) && isLeftOut(child)
                ? FileVisitResult.SKIP_SUBTREE
                : FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
              throws IOException {
            if (SecretFiles.isSecret(file.getFileName().toString())) {
              secrets.add(folder.relativize(file).toString());
            } else if (!isLeftOut(file) && Files.isRegularFile(file)) {
              files.put(folder.relativize(file).toString(), file);
              bytes += attributes.size();
            }
            if (files.size() > MOST_FILES || bytes > MOST_BYTES) {
              throw new IOException(
                  folder
                      + " holds more than "
                      + MOST_FILES
                      + " files or 512 MiB: too much for a program");
            }
            return FileVisitResult.CONTINUE;
          }
        });
    return new FolderCopy(files, secrets);
  }

  /** The same with another name for one file, unless it has it already. */
  public FolderCopy renamed(String from, String to) {
    SortedMap<String, Path> renamed = new TreeMap<>(files);
    Path file = renamed.remove(from);
    if (file != null) {
      renamed.put(to, file);
    }
    return new FolderCopy(renamed, secrets);
  }

  /** Copies all but the manifest; what stands there already is somebody's work and stays. */
  public void into(Path folder) throws IOException {
    Files.createDirectories(folder);
    for (Map.Entry<String, Path> file : files.entrySet()) {
      Path copy = folder.resolve(file.getKey());
      if (!file.getKey().equals(AgentFolder.MANIFEST) && !Files.exists(copy)) {
        Files.createDirectories(copy.getParent());
        Files.copy(file.getValue(), copy);
      }
    }
  }

  private static boolean isLeftOut(Path path) {
    String name = path.getFileName().toString();
    return LEFT_OUT.contains(name)
        || name.endsWith("~")
        || name.endsWith(".swp")
        || name.endsWith(".log");
  }
}
