package dev.nexusdelta.hop;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Base64;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * The key by which gateways of one cluster know each other: derived from the cluster's secret,
 * which it does not keep. Never shown. Thread-safe.
 */
public final class HopKey {
  private static final String ALGORITHM = "HmacSHA256";

  /** Keeps this use of the secret apart from any other. */
  private static final String PURPOSE = "nexus-delta hop 1";

  private final SecretKeySpec key;

  private HopKey(SecretKeySpec key) {
    this.key = key;
  }

  /**
   * The key of a secret.
   *
   * @throws IllegalArgumentException if there is none
   */
  public static HopKey of(String secret) {
    if (secret.isBlank()) {
      throw new IllegalArgumentException(
          "cluster.secret is empty; expected the same secret on all gateways of the cluster");
    }
    SecretKeySpec whole = new SecretKeySpec(secret.getBytes(StandardCharsets.UTF_8), ALGORITHM);
    return new HopKey(new SecretKeySpec(mac(whole, PURPOSE), ALGORITHM));
  }

  /** What proves a text, in characters that fit any header. */
  String proof(String text) {
    return Base64.getUrlEncoder().withoutPadding().encodeToString(mac(key, text));
  }

  /** Whether this proves the text; takes as long whatever is wrong with it. */
  boolean proves(String text, String proof) {
    return MessageDigest.isEqual(
        proof(text).getBytes(StandardCharsets.UTF_8), proof.getBytes(StandardCharsets.UTF_8));
  }

  private static byte[] mac(SecretKeySpec with, String text) {
    try {
      // One for each: they are no thread's own, and cost a thousandth of a hop.
      Mac mac = Mac.getInstance(ALGORITHM);
      mac.init(with);
      return mac.doFinal(text.getBytes(StandardCharsets.UTF_8));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(ALGORITHM + " is part of every Java", e);
    }
  }

  @Override
  public String toString() {
    return "HopKey";
  }
}
