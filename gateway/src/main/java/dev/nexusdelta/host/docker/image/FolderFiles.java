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
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The files of an agent's folder that belong into its image. Blocking. */
final class FolderFiles {
  private static final Logger log = LoggerFactory.getLogger(FolderFiles.class);
  private static final String MANIFEST = "agent.yaml";
  private static final String IGNORE = ".dockerignore";
  private static final Set<String> LEFT_BEHIND = Set.of("__pycache__", "node_modules");

  /** The builder reads them, whatever the rules say; it takes them away by itself after that. */
  private static final Set<String> ALWAYS = Set.of("Dockerfile", IGNORE);

  private FolderFiles() {}

  /**
   * For an image of which the agent has said nothing: all but what is hidden (so no {@code .env}),
   * what else holds secrets by its name, what builds leave behind, logs, and the manifest.
   *
   * @param prefix before each path: empty or ending with a slash
   * @param wanted of the remaining ones, by path relative to the folder
   */
  static List<Entry> of(Path folder, String prefix, Predicate<String> wanted) throws IOException {
    return list(
        folder,
        prefix,
        name -> !isSkipped(last(name)),
        name -> {
          if (isSkipped(last(name)) || name.equals(MANIFEST) || !wanted.test(name)) {
            return false;
          }
          boolean secret = SecretFiles.isSecret(last(name));
          if (secret) {
            log.info(
                "{} of {} is not packed into the image: its name is that of a secret",
                name,
                folder);
          }
          return !secret;
        });
  }

  /**
   * For the agent's own Dockerfile: all that {@code docker build} would send, hidden files too.
   *
   * @throws IllegalArgumentException if a pattern in {@code .dockerignore} cannot be read
   */
  static List<Entry> whole(Path folder) throws IOException {
    Path ignore = folder.resolve(IGNORE);
    DockerIgnore rules =
        DockerIgnore.of(Files.isRegularFile(ignore) ? Files.readString(ignore) : "");
    return list(
        folder,
        "",
        name -> !rules.excludesAllOf(name),
        name -> ALWAYS.contains(name) || !rules.excludes(name));
  }

  private static List<Entry> list(
      Path folder, String prefix, Predicate<String> folders, Predicate<String> files)
      throws IOException {
    List<Entry> entries = new ArrayList<>();
    Files.walkFileTree(
        folder,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult preVisitDirectory(Path path, BasicFileAttributes attributes) {
            return path.equals(folder) || folders.test(folder.relativize(path).toString())
                ? FileVisitResult.CONTINUE
                : FileVisitResult.SKIP_SUBTREE;
          }

          @Override
          public FileVisitResult visitFile(Path path, BasicFileAttributes attributes)
              throws IOException {
            String name = folder.relativize(path).toString();
            if (!files.test(name)) {
              return FileVisitResult.CONTINUE;
            }
            if (attributes.isSymbolicLink()) {
              String target = Files.readSymbolicLink(path).toString();
              entries.add(new Entry(prefix + name, false, new Entry.Link(target)));
            } else if (attributes.isRegularFile()) {
              entries.add(Entry.file(prefix + name, path));
            }
            return FileVisitResult.CONTINUE;
          }
        });
    return entries;
  }

  private static String last(String name) {
    return name.substring(name.lastIndexOf('/') + 1);
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
