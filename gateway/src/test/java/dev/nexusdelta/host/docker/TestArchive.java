package dev.nexusdelta.host.docker;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Map;

/** Build contexts for tests: the least of a tar that an engine takes. */
final class TestArchive {
  private static final int BLOCK = 512;

  private TestArchive() {}

  /** Paths and contents. */
  static InputStream of(Map<String, byte[]> files) {
    ByteArrayOutputStream tar = new ByteArrayOutputStream();
    files.forEach(
        (path, bytes) -> {
          byte[] header = new byte[BLOCK];
          put(header, 0, path);
          put(header, 100, "0000755");
          put(header, 108, "0000000");
          put(header, 116, "0000000");
          put(header, 124, "%011o".formatted(bytes.length));
          put(header, 136, "%011o".formatted(0));
          put(header, 148, "        ");
          put(header, 156, "0");
          put(header, 257, "ustar");
          put(header, 263, "00");
          int sum = 0;
          for (byte b : header) {
            sum += b & 0xff;
          }
          put(header, 148, "%06o\0".formatted(sum));
          tar.writeBytes(header);
          tar.writeBytes(bytes);
          tar.writeBytes(new byte[(BLOCK - bytes.length % BLOCK) % BLOCK]);
        });
    tar.writeBytes(new byte[2 * BLOCK]);
    return new ByteArrayInputStream(tar.toByteArray());
  }

  private static void put(byte[] header, int at, String text) {
    byte[] bytes = text.getBytes(StandardCharsets.US_ASCII);
    System.arraycopy(bytes, 0, header, at, bytes.length);
  }
}
