package dev.nexusdelta.host.process;

import dev.nexusdelta.host.supervision.WholeFile;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The records in {@code <data>/replicas/}, one file each. Blocking; one writer per id. */
final class IntentFiles {
  private static final Logger log = LoggerFactory.getLogger(IntentFiles.class);
  private static final String ENDING = ".json";

  private final Path folder;

  IntentFiles(Path folder) {
    this.folder = folder;
  }

  /** Writes the record; when this returns it survives a loss of power. */
  void writeDurably(Intent intent) throws IOException {
    write(intent, true);
  }

  /** Writes the record; when this returns it survives the end of this process. */
  void write(Intent intent) throws IOException {
    write(intent, false);
  }

  void delete(String id) throws IOException {
    Files.deleteIfExists(folder.resolve(id + ENDING));
  }

  boolean exists(String id) {
    return Files.exists(folder.resolve(id + ENDING));
  }

  /** All records; what is not one whole record is logged and thrown away. */
  List<Intent> readAll() throws IOException {
    Files.createDirectories(folder);
    List<Intent> intents = new ArrayList<>();
    try (DirectoryStream<Path> files = Files.newDirectoryStream(folder)) {
      for (Path file : files) {
        if (!file.toString().endsWith(ENDING)) {
          Files.deleteIfExists(file);
          continue;
        }
        try {
          intents.add(Intent.fromJson(Files.readString(file)));
        } catch (RuntimeException e) {
          // Its process, if there is one, is found by the environment that it carries.
          log.warn("replica record {} is not readable and thrown away: {}", file, e.toString());
          Files.deleteIfExists(file);
        }
      }
    }
    return intents;
  }

  private void write(Intent intent, boolean durably) throws IOException {
    Path file = folder.resolve(intent.id() + ENDING);
    if (durably) {
      WholeFile.writeDurably(file, intent.toJson());
    } else {
      WholeFile.write(file, intent.toJson());
    }
  }
}
