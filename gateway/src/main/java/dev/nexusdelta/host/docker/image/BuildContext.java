package dev.nexusdelta.host.docker.image;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * The files that a docker build is given, in an order of their own, and what else decides what
 * comes out of it. Immutable; {@link #hash} and what {@link #open} gives read the files and block.
 */
public final class BuildContext {
  private final List<Entry> entries;
  private final byte[] facts;

  /**
   * @param facts what is not in the files and makes another image all the same
   */
  BuildContext(List<Entry> entries, Map<String, String> facts) {
    this.entries = entries.stream().sorted(Comparator.comparing(Entry::name)).toList();
    this.facts = new TreeMap<>(facts).toString().getBytes(StandardCharsets.UTF_8);
  }

  /** A tar archive, made while it is read; the {@code Dockerfile} is one of its files. */
  public Sending open() {
    MessageDigest sha = sha256();
    sha.update(facts);
    return new Sending(new DigestInputStream(new TarStream(entries), sha));
  }

  /**
   * The archive on its way. Files may change between two looks at them: what was sent is known only
   * from what was sent. For one reader; any thread may ask for the hash.
   */
  public static final class Sending extends FilterInputStream {
    private final MessageDigest sha;
    private volatile String hash = "";

    private Sending(DigestInputStream in) {
      super(in);
      this.sha = in.getMessageDigest();
    }

    /** That of {@link BuildContext#hash}, of what was read; empty until all of it is. */
    public String hash() {
      return hash;
    }

    @Override
    public int read() throws IOException {
      int read = super.read();
      seen(read);
      return read;
    }

    @Override
    public int read(byte[] buffer, int offset, int length) throws IOException {
      int read = super.read(buffer, offset, length);
      seen(read);
      return read;
    }

    private void seen(int read) {
      if (read < 0 && hash.isEmpty()) {
        hash = HexFormat.of().formatHex(sha.digest(), 0, 6);
      }
    }
  }

  /** The names of all files, for tests and logs. */
  List<String> names() {
    return entries.stream().map(Entry::name).toList();
  }

  /**
   * 12 hex digits of the content of all files and of the facts, and of nothing else: neither times
   * nor places.
   */
  String hash() throws IOException {
    try (Sending in = open()) {
      in.transferTo(OutputStream.nullOutputStream());
      return in.hash();
    }
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }
}
