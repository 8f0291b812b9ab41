package dev.nexusdelta.cli.folder;

import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * The files of a folder that make up a program: neither what tools leave behind nor files that hold
 * secrets by custom.
 */
public final class FolderCopy {
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

  private FolderCopy() {}

  /**
   * The files, sorted, by their path relative to the folder. Links are followed to files, not to
   * folders.
   *
   * @throws IOException also if there are more than a program has: then it is another folder than
   *     was meant
   */
  public static Map<String, Path> files(Path folder) throws IOException {
    Map<String, Path> files = new TreeMap<>();
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
            if (!isLeftOut(file) && Files.isRegularFile(file)) {
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
    return files;
  }

  /** Whether a name is that of secrets by custom. */
  public static boolean isSecret(String name) {
    return name.equals(".env")
        || name.startsWith(".env.") && !name.equals(".env.example")
        || name.endsWith(".pem")
        || name.endsWith(".key")
        || name.equals("id_rsa");
  }

  private static boolean isLeftOut(Path path) {
    String name = path.getFileName().toString();
    return LEFT_OUT.contains(name)
        || isSecret(name)
        || name.endsWith("~")
        || name.endsWith(".swp")
        || name.endsWith(".log");
  }
}
