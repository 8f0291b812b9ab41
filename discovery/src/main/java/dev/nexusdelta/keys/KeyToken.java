package dev.nexusdelta.keys;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.HexFormat;
import java.util.Optional;
import java.util.random.RandomGenerator;
import java.util.regex.Pattern;

/**
 * What a caller shows: {@code nxd_}, the key's id (which is no secret), {@code _}, and 256 random
 * bits. Never prints its secret.
 */
public final class KeyToken {
  /** Which key texts are of that have not the form of a token: no fresh one has this id. */
  public static final String OTHER_FORM = "000000000000";

  /** Hexadecimal digits of {@link #ID_BYTES}. */
  static final String ID_FORM = "[0-9a-f]{12}";

  private static final String PREFIX = "nxd_";
  private static final Pattern FORM = Pattern.compile(PREFIX + ID_FORM + "_[A-Za-z0-9_-]{43}");
  private static final int ID_BYTES = 6;
  private static final int SECRET_BYTES = 32;
  private static final int ID_END = PREFIX.length() + 2 * ID_BYTES;

  private final String text;

  private KeyToken(String text) {
    this.text = text;
  }

  /**
   * A new one.
   *
   * @param random a cryptographic source
   */
  public static KeyToken fresh(RandomGenerator random) {
    byte[] id = new byte[ID_BYTES];
    byte[] secret = new byte[SECRET_BYTES];
    random.nextBytes(id);
    random.nextBytes(secret);
    return new KeyToken(
        PREFIX
            + HexFormat.of().formatHex(id)
            + "_"
            + Base64.getUrlEncoder().withoutPadding().encodeToString(secret));
  }

  /** Reads one; empty if the text has not the form of one. */
  public static Optional<KeyToken> of(String text) {
    return FORM.matcher(text).matches() ? Optional.of(new KeyToken(text)) : Optional.empty();
  }

  /** Which key it is of. */
  public String id() {
    return text.substring(PREFIX.length(), ID_END);
  }

  /** What is stored of it. */
  public String hash() {
    return hash(text);
  }

  /** What is stored of a text that is to count as a token, be it of this form or of another. */
  public static String hash(String text) {
    return HexFormat.of().formatHex(digest(text));
  }

  /** SHA-256: the secret is random, so that nothing slower is needed against guessing. */
  static byte[] digest(String text) {
    try {
      return MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }

  /** The token itself: shown to its owner once, and to nobody else. */
  public String reveal() {
    return text;
  }

  @Override
  public String toString() {
    return "KeyToken[" + id() + " ***]";
  }
}
