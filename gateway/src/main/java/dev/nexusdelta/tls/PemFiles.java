package dev.nexusdelta.tls;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Objects;

/**
 * Where certificate and key stand.
 *
 * @param cert PEM: the certificate, then those that vouch for it
 * @param key PEM: its private key, PKCS #8, not encrypted
 */
public record PemFiles(Path cert, Path key) {

  /** What the files hold, or what is wrong with them. */
  public sealed interface Reading {}

  /**
   * A pair that can be used.
   *
   * @param print of the files before they were read: what changes after differs from it
   */
  public record Good(PemFiles files, PemPair pair, long print) implements Reading {}

  /**
   * Nothing that can be used.
   *
   * @param ofKey whether the key's file is to blame, not the certificate's
   * @param fault names the file
   */
  public record Bad(boolean ofKey, String fault) implements Reading {}

  /** Reads both; blocks. */
  public Reading read() {
    boolean ofKey = false;
    long print = print();
    try {
      String certificates = text(cert);
      ofKey = true;
      return new Good(this, PemPair.of(certificates, text(key)), print);
    } catch (NoSuchFileException e) {
      return bad(ofKey, "there is no such file");
    } catch (IOException e) {
      return bad(ofKey, "it cannot be read: " + e.getMessage());
    } catch (PemPair.FaultException e) {
      return bad(e.isOfKey(), String.valueOf(e.getMessage()));
    }
  }

  private static String text(Path file) throws IOException {
    return Files.readString(file, StandardCharsets.ISO_8859_1);
  }

  private Bad bad(boolean ofKey, String what) {
    return new Bad(ofKey, (ofKey ? key : cert) + ": " + what);
  }

  /** Differs when one of the files has changed, or what a link leads to; blocks. */
  long print() {
    return 31L * print(cert) + print(key);
  }

  private static int print(Path file) {
    try {
      BasicFileAttributes seen = Files.readAttributes(file, BasicFileAttributes.class);
      return Objects.hash(seen.size(), seen.lastModifiedTime(), seen.fileKey());
    } catch (IOException e) {
      return 0;
    }
  }
}
