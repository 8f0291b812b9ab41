package dev.nexusdelta.host.docker.image;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;

/**
 * A tar archive (ustar, with pax headers for long names) of entries, made while it is read: times,
 * owners and modes are fixed, so that equal entries give equal bytes. For one thread.
 */
final class TarStream extends InputStream {
  private static final int BLOCK = 512;
  private static final int NAME = 100;
  private static final long LARGEST = 077777777777L;

  private final Iterator<Entry> entries;
  private Entry entry = Entry.text("", "");
  private Part part = Part.FILLING;
  private InputStream current = InputStream.nullInputStream();
  private long size;
  private long left;

  /** What is being read of an entry, or of the archive's end. */
  private enum Part {
    HEAD,
    CONTENT,
    FILLING,
    END
  }

  TarStream(List<Entry> entries) {
    this.entries = entries.iterator();
  }

  @Override
  public int read() throws IOException {
    byte[] one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
  }

  @Override
  public int read(byte[] buffer, int offset, int length) throws IOException {
    if (length == 0) {
      return 0;
    }
    while (true) {
      int n = current.read(buffer, offset, length);
      if (n > 0) {
        left -= n;
        if (part == Part.CONTENT && left < 0) {
          throw changed();
        }
        return n;
      }
      if (part == Part.END) {
        return -1;
      }
      advance();
    }
  }

  /** Head, content, filling of each entry in turn; at last two empty blocks. */
  private void advance() throws IOException {
    current.close();
    switch (part) {
      case HEAD -> {
        part = Part.CONTENT;
        current = entry.content().open();
        left = size;
      }
      case CONTENT -> {
        if (left != 0) {
          throw changed();
        }
        part = Part.FILLING;
        current = new ByteArrayInputStream(new byte[(int) (-size & (BLOCK - 1))]);
      }
      default -> {
        if (entries.hasNext()) {
          part = Part.HEAD;
          entry = entries.next();
          size = entry.content().size();
          current = new ByteArrayInputStream(head(entry, size));
        } else {
          part = Part.END;
          current = new ByteArrayInputStream(new byte[2 * BLOCK]);
        }
      }
    }
  }

  private IOException changed() {
    return new IOException(entry.name() + " changed while it was sent to the engine: try again");
  }

  @Override
  public void close() throws IOException {
    current.close();
  }

  private static byte[] head(Entry entry, long size) throws IOException {
    if (size > LARGEST) {
      throw new IOException(entry.name() + " is larger than 8 GiB: keep it on a volume instead");
    }
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    String link = entry.content() instanceof Entry.Link to ? to.target() : "";
    StringBuilder records = new StringBuilder();
    if (!fits(entry.name())) {
      records.append(pax("path", entry.name()));
    }
    if (!fits(link)) {
      records.append(pax("linkpath", link));
    }
    if (!records.isEmpty()) {
      byte[] extended = records.toString().getBytes(StandardCharsets.UTF_8);
      out.writeBytes(block("pax", "", 'x', false, extended.length));
      out.writeBytes(Arrays.copyOf(extended, (extended.length + BLOCK - 1) / BLOCK * BLOCK));
    }
    char type = link.isEmpty() ? '0' : '2';
    out.writeBytes(block(entry.name(), link, type, entry.executable(), size));
    return out.toByteArray();
  }

  private static boolean fits(String text) {
    return text.length() < NAME && text.chars().allMatch(c -> c < 0x80);
  }

  /** {@code "<length> key=value\n"}, where the length counts itself. */
  private static String pax(String key, String value) {
    String rest = " " + key + "=" + value + "\n";
    int bytes = rest.getBytes(StandardCharsets.UTF_8).length;
    int length = bytes + Integer.toString(bytes).length();
    length = bytes + Integer.toString(length).length();
    return length + rest;
  }

  private static byte[] block(String name, String link, char type, boolean executable, long size) {
    byte[] block = new byte[BLOCK];
    put(block, 0, NAME - 1, name);
    put(block, 100, 7, executable ? "0000755" : "0000644");
    put(block, 108, 7, "0000000");
    put(block, 116, 7, "0000000");
    put(block, 124, 11, "%011o".formatted(size));
    // 1 January 2020: one and the same for all.
    put(block, 136, 11, "%011o".formatted(1_577_836_800L));
    put(block, 148, 8, "        ");
    block[156] = (byte) type;
    put(block, 157, NAME - 1, link);
    put(block, 257, 6, "ustar\0");
    put(block, 263, 2, "00");
    int sum = 0;
    for (byte b : block) {
      sum += b & 0xff;
    }
    put(block, 148, 7, "%06o\0".formatted(sum));
    return block;
  }

  private static void put(byte[] block, int offset, int most, String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    System.arraycopy(bytes, 0, block, offset, Math.min(most, bytes.length));
  }
}
