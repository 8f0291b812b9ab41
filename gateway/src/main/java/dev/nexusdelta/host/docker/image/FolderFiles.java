package dev.nexusdelta.host.docker.image;

import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;

/**
 * The files of an agent's folder that belong into its image: all but what is hidden (so no {@code
 * .env}), what builds leave behind, logs, and the manifest. Blocking.
 */
final class FolderFiles {
  private static final String MANIFEST = "agent.yaml";
  private static final Set<String> LEFT_BEHIND = Set.of("__pycache__", "node_modules");

  private FolderFiles() {}

  /**
   * Lists them by their path in the image.
   *
   * @param prefix before each path: empty or ending with a slash
   * @param wanted of the remaining ones, by path relative to the folder
   */
  static List<Entry> of(Path folder, String prefix, Predicate<String> wanted) throws IOException {
    List<Entry> entries = new ArrayList<>();
    Files.walkFileTree(
        folder,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult preVisitDirectory(Path path, BasicFileAttributes attributes) {
            boolean skipped = !path.equals(folder) && isSkipped(path.getFileName().toString());
            return skipped ? FileVisitResult.SKIP_SUBTREE : FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult visitFile(Path path, BasicFileAttributes attributes)
              throws IOException {
            String name = folder.relativize(path).toString();
            if (!isSkipped(path.getFileName().toString())
                && !name.equals(MANIFEST)
                && wanted.test(name)) {
              if (attributes.isSymbolicLink()) {
                String target = Files.readSymbolicLink(path).toString();
                entries.add(new Entry(prefix + name, false, new Entry.Link(target)));
              } else if (attributes.isRegularFile()) {
                entries.add(Entry.file(prefix + name, path));
              }
            }
            return FileVisitResult.CONTINUE;
          }
        });
    return entries;
  }

  private static boolean isSkipped(String name) {
    return name.startsWith(".")
        || name.endsWith("~")
        || name.endsWith(".log")
        || name.endsWith(".tmp")
        || name.endsWith(".swp")
        || LEFT_BEHIND.contains(name);
  }
}
