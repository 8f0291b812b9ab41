package dev.nexusdelta.sdk;

import java.io.IOException;
import java.io.InputStream;
import java.util.Locale;
import java.util.Map;

/** The body of an answer: by length, in chunks, or until the connection ends. */
final class WireBody extends InputStream {
  private final InputStream in;
  private final boolean chunked;
  private long left;
  private boolean started;
  private boolean ended;

  private WireBody(InputStream in, boolean chunked, long left) {
    this.in = in;
    this.chunked = chunked;
    this.left = left;
  }

  static InputStream of(InputStream in, int status, Map<String, String> headers)
      throws IOException {
    if (status == 204 || status == 304) {
      return InputStream.nullInputStream();
    }
    if (headers
        .getOrDefault("transfer-encoding", "")
        .toLowerCase(Locale.ROOT)
        .contains("chunked")) {
      return new WireBody(in, true, 0);
    }
    String length = headers.get("content-length");
    if (length == null) {
      return in;
    }
    try {
      return new WireBody(in, false, Long.parseLong(length));
    } catch (NumberFormatException e) {
      throw new IOException("bad Content-Length '" + length + "'", e);
    }
  }

  @Override
  public int read() throws IOException {
    byte[] one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
  }

  @Override
  public int read(byte[] bytes, int from, int length) throws IOException {
    if (length == 0) {
      return 0;
    }
    if (chunked && left == 0 && !ended) {
      nextChunk();
    }
    if (ended || left == 0) {
      return -1;
    }
    int count = in.read(bytes, from, (int) Math.min(length, left));
    if (count < 0) {
      throw new IOException("the connection was closed in the middle of the answer");
    }
    left -= count;
    return count;
  }

  private void nextChunk() throws IOException {
    if (started) {
      Wire.headLine(in); // the end of the chunk before
    }
    started = true;
    String size = Wire.headLine(in);
    int extension = size.indexOf(';');
    try {
      left = Long.parseLong((extension < 0 ? size : size.substring(0, extension)).trim(), 16);
    } catch (NumberFormatException e) {
      throw new IOException("bad chunk size '" + size + "'", e);
    }
    if (left == 0) {
      ended = true;
    }
  }
}
