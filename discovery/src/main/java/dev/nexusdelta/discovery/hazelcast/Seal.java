package dev.nexusdelta.discovery.hazelcast;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.HexFormat;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * Proves that a text comes from a gateway that knows the cluster's secret: HMAC-SHA256 (RFC 2104)
 * over what it is for and what it says. It hides nothing. Thread-safe.
 */
public final class Seal {
  private static final String ALGORITHM = "HmacSHA256";
  private static final int DIGITS = 64;

  private final SecretKeySpec key;

  private Seal(SecretKeySpec key) {
    this.key = key;
  }

  /**
   * Seals of those who know the secret.
   *
   * @param secret at least one character
   */
  public static Seal of(String secret) {
    return new Seal(new SecretKeySpec(secret.getBytes(StandardCharsets.UTF_8), ALGORITHM));
  }

  /**
   * The text with its seal.
   *
   * @param purpose a sealed text is good for nothing else
   */
  public String seal(String purpose, String text) {
    return HexFormat.of().formatHex(mac(purpose, text)) + text;
  }

  /**
   * The text of {@link #seal}.
   *
   * @throws IllegalArgumentException if it was not sealed for this purpose by who knows the secret
   */
  public String open(String purpose, String sealed) {
    if (sealed.length() >= DIGITS) {
      String text = sealed.substring(DIGITS);
      byte[] told = sealed.substring(0, DIGITS).getBytes(StandardCharsets.US_ASCII);
      byte[] wanted =
          HexFormat.of().formatHex(mac(purpose, text)).getBytes(StandardCharsets.US_ASCII);
      if (MessageDigest.isEqual(told, wanted)) {
        return text;
      }
    }
    throw new IllegalArgumentException(
        "a message of the cluster is not from a gateway that knows cluster.secret: it must be the same"
            + " on all of them");
  }

  private byte[] mac(String purpose, String text) {
    try {
      Mac mac = Mac.getInstance(ALGORITHM);
      mac.init(key);
      // The length keeps a purpose from running into its text.
      mac.update((purpose.length() + ":" + purpose).getBytes(StandardCharsets.UTF_8));
      return mac.doFinal(text.getBytes(StandardCharsets.UTF_8));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("this JDK has no " + ALGORITHM, e);
    }
  }
}
