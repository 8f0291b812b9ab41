package dev.nexusdelta.host.docker;

import dev.nexusdelta.host.supervision.WholeFile;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Set;

/**
 * Which replicas are being ended, one file each in {@code <data>/stopping/}: the next gateway goes
 * on ending them. Thread-safe; all but {@link #wasStopping} blocks.
 */
final class StopMarks {
  private final Path folder;
  private final Set<String> earlier;

  private StopMarks(Path folder, Set<String> earlier) {
    this.folder = folder;
    this.earlier = Set.copyOf(earlier);
  }

  /** With what an earlier gateway has left. */
  static StopMarks open(Path data) throws IOException {
    Path folder = Files.createDirectories(data.resolve("stopping"));
    return new StopMarks(folder, names(folder));
  }

  /** An earlier gateway was ending this replica. */
  boolean wasStopping(String replica) {
    return earlier.contains(replica);
  }

  /** When this returns it survives the end of this process. */
  void set(String replica) throws IOException {
    WholeFile.write(folder.resolve(replica), "");
  }

  void remove(String replica) throws IOException {
    Files.deleteIfExists(folder.resolve(replica));
  }

  /** Removes all of those that are not there any more. */
  void keepOnly(Set<String> replicas) throws IOException {
    for (String name : names(folder)) {
      if (!replicas.contains(name)) {
        remove(name);
      }
    }
  }

  private static Set<String> names(Path folder) throws IOException {
    Set<String> names = new HashSet<>();
    try (DirectoryStream<Path> files = Files.newDirectoryStream(folder)) {
      files.forEach(file -> names.add(String.valueOf(file.getFileName())));
    }
    return names;
  }
}
