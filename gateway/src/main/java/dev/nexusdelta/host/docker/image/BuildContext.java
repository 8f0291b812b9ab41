package dev.nexusdelta.host.docker.image;

import java.io.IOException;
import java.io.InputStream;
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
 * The files that a docker build is given, in an order of their own. Immutable; {@link #hash} and
 * what {@link #open} gives read the files and block.
 */
public final class BuildContext {
  private final List<Entry> entries;

  BuildContext(List<Entry> entries) {
    this.entries = entries.stream().sorted(Comparator.comparing(Entry::name)).toList();
  }

  /** A tar archive, made while it is read; the {@code Dockerfile} is one of its files. */
  public InputStream open() {
    return new TarStream(entries);
  }

  /** The names of all files, for tests and logs. */
  List<String> names() {
    return entries.stream().map(Entry::name).toList();
  }

  /**
   * 12 hex digits of the content of all files and of {@code facts}, and of nothing else: neither
   * times nor places.
   */
  String hash(Map<String, String> facts) throws IOException {
    MessageDigest sha = sha256();
    sha.update(new TreeMap<>(facts).toString().getBytes(StandardCharsets.UTF_8));
    try (InputStream in = new DigestInputStream(open(), sha)) {
      in.transferTo(java.io.OutputStream.nullOutputStream());
    }
    return HexFormat.of().formatHex(sha.digest(), 0, 6);
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }
}
