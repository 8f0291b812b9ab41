package dev.nexusdelta.tls;

import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.cert.Certificate;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Base64;
import java.util.Collection;
import java.util.Iterator;

/**
 * A certificate with its chain and the private key to it, as PEM, known to fit together. Immutable.
 */
public final class PemPair {
  private static final String BEGIN = "-----BEGIN PRIVATE KEY-----";
  private static final String END = "-----END PRIVATE KEY-----";

  /** What is signed to see whether key and certificate are a pair. */
  private static final byte[] PROBE = "nexus".getBytes(StandardCharsets.US_ASCII);

  private final String certificates;
  private final String key;
  private final X509Certificate leaf;

  private PemPair(String certificates, String key, X509Certificate leaf) {
    this.certificates = certificates;
    this.key = key;
    this.leaf = leaf;
  }

  /** A text that does not hold what it should, or does not belong to the other one. */
  public static final class FaultException extends Exception {
    private static final long serialVersionUID = 1L;
    private final boolean ofKey;

    private FaultException(boolean ofKey, String message) {
      super(message);
      this.ofKey = ofKey;
    }

    /** Whether the key is to blame, not the certificate. */
    public boolean isOfKey() {
      return ofKey;
    }
  }

  /**
   * Checks that the texts are a certificate, with those that vouch for it behind it, and its key.
   *
   * @throws FaultException saying what was expected and what makes it so
   */
  public static PemPair of(String certificates, String key) throws FaultException {
    X509Certificate leaf = leaf(certificates);
    PrivateKey secret = secret(key, leaf.getPublicKey().getAlgorithm());
    if (!isPair(leaf.getPublicKey(), secret)) {
      throw new FaultException(
          true, "it is not the key of the first certificate in tls.cert: expected the pair");
    }
    return new PemPair(certificates, key, leaf);
  }

  /** The certificate and its chain, PEM. */
  public String certificates() {
    return certificates;
  }

  /** The private key, PEM. Never shown. */
  public String key() {
    return key;
  }

  /** The certificate itself. */
  public X509Certificate leaf() {
    return leaf;
  }

  @Override
  public String toString() {
    return "certificate of " + leaf.getSubjectX500Principal().getName();
  }

  private static X509Certificate leaf(String text) throws FaultException {
    try {
      Collection<? extends Certificate> all =
          CertificateFactory.getInstance("X.509")
              .generateCertificates(
                  new ByteArrayInputStream(text.getBytes(StandardCharsets.US_ASCII)));
      Iterator<? extends Certificate> first = all.iterator();
      if (first.hasNext() && first.next() instanceof X509Certificate leaf) {
        return leaf;
      }
    } catch (CertificateException e) {
      throw new FaultException(
          false, "it holds no certificate that can be read (" + e.getMessage() + ")");
    }
    throw new FaultException(
        false, "it holds no certificate: expected PEM, -----BEGIN CERTIFICATE----- first");
  }

  private static PrivateKey secret(String text, String algorithm) throws FaultException {
    int begin = text.indexOf(BEGIN);
    int end = text.indexOf(END);
    if (begin < 0 || end < begin) {
      throw new FaultException(true, keyHint(text));
    }
    try {
      byte[] bytes = Base64.getMimeDecoder().decode(text.substring(begin + BEGIN.length(), end));
      return KeyFactory.getInstance(algorithm).generatePrivate(new PKCS8EncodedKeySpec(bytes));
    } catch (GeneralSecurityException | IllegalArgumentException e) {
      throw new FaultException(
          true, "it is no key that fits a certificate for " + algorithm + ": expected the pair");
    }
  }

  private static String keyHint(String text) {
    if (text.contains("ENCRYPTED")) {
      return "it is encrypted: expected a plain key in a file only the gateway may read; openssl"
          + " pkcs8 -in KEY -out PLAIN makes one";
    }
    if (text.contains(" PRIVATE KEY-----")) {
      return "its form is not PKCS #8: openssl pkcs8 -topk8 -nocrypt -in KEY -out NEW makes it so";
    }
    return "it holds no private key: expected PEM, " + BEGIN + " first";
  }

  private static boolean isPair(PublicKey open, PrivateKey secret) {
    String with =
        switch (open.getAlgorithm()) {
          case "RSA" -> "SHA256withRSA";
          case "EC" -> "SHA256withECDSA";
          default -> open.getAlgorithm();
        };
    try {
      Signature signer = Signature.getInstance(with);
      signer.initSign(secret);
      signer.update(PROBE);
      byte[] signed = signer.sign();
      Signature verifier = Signature.getInstance(with);
      verifier.initVerify(open);
      verifier.update(PROBE);
      return verifier.verify(signed);
    } catch (GeneralSecurityException e) {
      return false;
    }
  }
}
