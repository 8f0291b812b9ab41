package dev.nexusdelta.host.docker;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Puts the pieces of one stream's long lines together again; of a line beyond 64 KiB only the
 * beginning is kept, and how much is missing is said. For one thread.
 */
final class LineJoiner {
  static final int LONGEST = 64 << 10;

  private final boolean error;
  private final ByteArrayOutputStream kept = new ByteArrayOutputStream();
  private @Nullable Instant begun;
  private long cut;

  LineJoiner(boolean error) {
    this.error = error;
  }

  /** Takes an entry; the line that it ends, if it does. */
  Optional<ContainerLine> add(LogEntry entry) {
    if (begun == null) {
      begun = entry.at();
    }
    byte[] text = entry.text();
    boolean ends = text.length > 0 && text[text.length - 1] == '\n';
    int length = ends ? text.length - 1 : text.length;
    int taken = Math.min(length, LONGEST - kept.size());
    kept.write(text, 0, taken);
    cut += length - taken;
    return ends ? rest() : Optional.empty();
  }

  /** What was not ended by a newline. */
  Optional<ContainerLine> rest() {
    if (begun == null) {
      return Optional.empty();
    }
    byte[] bytes = kept.toByteArray();
    String text = new String(bytes, 0, wholeCharacters(bytes), StandardCharsets.UTF_8);
    if (cut > 0) {
      text += " … (%d more bytes)".formatted(cut);
    } else if (text.endsWith("\r")) {
      text = text.substring(0, text.length() - 1);
    }
    ContainerLine line = new ContainerLine(begun, error, text);
    reset();
    return Optional.of(line);
  }

  /** Forgets what was begun. */
  void reset() {
    kept.reset();
    begun = null;
    cut = 0;
  }

  /** The cut may have gone through a character: its bytes but the first begin with binary 10. */
  private int wholeCharacters(byte[] bytes) {
    if (cut == 0) {
      return bytes.length;
    }
    int last = bytes.length - 1;
    while (last > 0 && bytes.length - last < 4 && (bytes[last] & 0xC0) == 0x80) {
      last--;
    }
    int announced = Integer.numberOfLeadingZeros(~((bytes[last] & 0xFF) << 24));
    return announced > bytes.length - last ? last : bytes.length;
  }
}
