package dev.nexusdelta.host.supervision;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.UUID;

/** The id by which the hosts of a data folder mark what is theirs. Blocking. */
public final class HostId {
  private HostId() {}

  /** The id in {@code <data>/host.id}, made when there is none yet. */
  public static String of(Path data) throws IOException {
    Path file = data.toAbsolutePath().resolve("host.id");
    if (Files.exists(file)) {
      String id = Files.readString(file).strip();
      if (!id.isEmpty()) {
        return id;
      }
    }
    String id = UUID.randomUUID().toString();
    Files.createDirectories(file.getParent());
    WholeFile.writeDurably(file, id);
    return id;
  }
}
