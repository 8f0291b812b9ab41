package dev.nexusdelta.host.supervision;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;

/** Writes files that are found whole or not at all. Blocking; one writer per file. */
public final class WholeFile {
  private WholeFile() {}

  /** When this returns the text survives the end of this process. */
  public static void write(Path file, String text) throws IOException {
    write(file, text, false);
  }

  /** When this returns the text survives a loss of power. */
  public static void writeDurably(Path file, String text) throws IOException {
    write(file, text, true);
    try (FileChannel directory = FileChannel.open(file.toAbsolutePath().getParent())) {
      directory.force(true);
    }
  }

  private static void write(Path file, String text, boolean force) throws IOException {
    Path fresh = file.resolveSibling(file.getFileName() + ".new");
    try (FileChannel channel =
        FileChannel.open(
            fresh,
            StandardOpenOption.CREATE,
            StandardOpenOption.WRITE,
            StandardOpenOption.TRUNCATE_EXISTING)) {
      ByteBuffer bytes = ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
      while (bytes.hasRemaining()) {
        channel.write(bytes);
      }
      if (force) {
        channel.force(true);
      }
    }
    Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE);
  }
}
