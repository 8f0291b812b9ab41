package dev.nexusdelta.cli.process;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;

/** The end of a log file. */
public final class LogTail {
  private static final int MOST_BYTES = 64 << 10;

  private LogTail() {}

  /** The last {@code count} lines of the part behind {@code from}; none if it cannot be read. */
  public static List<String> of(Path file, long from, int count) {
    try (RandomAccessFile log = new RandomAccessFile(file.toFile(), "r")) {
      long start = Math.max(Math.min(from, log.length()), log.length() - MOST_BYTES);
      log.seek(start);
      byte[] bytes = new byte[(int) (log.length() - start)];
      log.readFully(bytes);
      List<String> lines = new String(bytes, StandardCharsets.UTF_8).lines().toList();
      return lines.subList(Math.max(0, lines.size() - count), lines.size());
    } catch (IOException e) {
      return List.of();
    }
  }
}
