package dev.nexusdelta.telemetry;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import org.jspecify.annotations.Nullable;

/**
 * A file that is appended to and renamed to {@code name.1}, {@code name.2}, … when it grows over a
 * size. Opens itself anew after a failure. Not thread-safe.
 */
final class RotatingFile {
  private final Path path;
  private final long rotateBytes;
  private final int keep;
  private @Nullable OutputStream out;
  private long size;

  RotatingFile(Path path, long rotateBytes, int keep) {
    this.path = path;
    this.rotateBytes = rotateBytes;
    this.keep = keep;
  }

  /** Appends the first of these bytes. */
  void append(byte[] bytes, int length) throws IOException {
    try {
      OutputStream open = open();
      if (size > 0 && size + length > rotateBytes) {
        rotate();
        open = open();
      }
      open.write(bytes, 0, length);
      size += length;
    } catch (IOException e) {
      close();
      throw e;
    }
  }

  void close() {
    OutputStream open = out;
    out = null;
    if (open != null) {
      try {
        open.close();
      } catch (IOException e) {
        // Nothing is buffered here: what could be written has been.
        size = 0;
      }
    }
  }

  private OutputStream open() throws IOException {
    OutputStream open = out;
    if (open == null) {
      Path folder = path.toAbsolutePath().getParent();
      if (folder != null) {
        Files.createDirectories(folder);
      }
      open = Files.newOutputStream(path, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
      size = Files.size(path);
      out = open;
    }
    return open;
  }

  private void rotate() throws IOException {
    close();
    for (int i = keep - 1; i >= 1; i--) {
      if (Files.exists(older(i))) {
        Files.move(older(i), older(i + 1), StandardCopyOption.REPLACE_EXISTING);
      }
    }
    if (Files.exists(path)) {
      Files.move(path, older(1), StandardCopyOption.REPLACE_EXISTING);
    }
    size = 0;
  }

  private Path older(int number) {
    return path.resolveSibling(path.getFileName() + "." + number);
  }
}
