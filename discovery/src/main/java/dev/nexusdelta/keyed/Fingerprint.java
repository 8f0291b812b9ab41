package dev.nexusdelta.keyed;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/**
 * What a call asks for, as a hash: two calls of one key must be the same call.
 *
 * @param sha256 in hexadecimal digits
 */
public record Fingerprint(String sha256) {
  /**
   * Of a call.
   *
   * @param route of the agent that is asked
   * @param tool in that route; empty if it is in the body
   * @param body byte by byte: another order of fields is another call
   */
  public static Fingerprint of(String route, String tool, byte[] body) {
    MessageDigest digest = digest();
    part(digest, route);
    part(digest, tool);
    digest.update(body);
    return new Fingerprint(HexFormat.of().formatHex(digest.digest()));
  }

  private static void part(MessageDigest digest, String text) {
    digest.update(text.getBytes(StandardCharsets.UTF_8));
    digest.update((byte) 0);
  }

  private static MessageDigest digest() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }
}
