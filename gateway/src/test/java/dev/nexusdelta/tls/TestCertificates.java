package dev.nexusdelta.tls;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.Signature;
import java.util.Base64;

/** Self-signed certificates for localhost, made in a moment. */
public final class TestCertificates {
  private static final int SEQUENCE = 0x30;
  private static final byte[] VALIDITY =
      der(SEQUENCE, der(0x17, ascii("250101000000Z")), der(0x18, ascii("20991231235959Z")));

  private TestCertificates() {}

  /** Writes {@code <name>.cert.pem} and {@code <name>.key.pem}. */
  public static PemFiles make(Path folder, String name) {
    return make(folder, name, "EC");
  }

  static PemFiles make(Path folder, String name, String algorithm) {
    try {
      KeyPairGenerator generator = KeyPairGenerator.getInstance(algorithm);
      if (algorithm.equals("RSA")) {
        generator.initialize(2048);
      } else if (algorithm.equals("EC")) {
        generator.initialize(256);
      }
      KeyPair pair = generator.generateKeyPair();
      PemFiles files =
          new PemFiles(folder.resolve(name + ".cert.pem"), folder.resolve(name + ".key.pem"));
      write(files.cert(), "CERTIFICATE", certificate(name, algorithm, pair));
      write(files.key(), "PRIVATE KEY", pair.getPrivate().getEncoded());
      return files;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  private static byte[] certificate(String name, String algorithm, KeyPair pair)
      throws GeneralSecurityException {
    byte[] commonName = der(SEQUENCE, oid(0x55, 4, 3), der(0x0c, ascii(name)));
    byte[] whose = der(SEQUENCE, der(0x31, commonName));
    byte[] names =
        der(SEQUENCE, der(0x82, ascii("localhost")), der(0x87, new byte[] {127, 0, 0, 1}));
    byte[] extension = der(SEQUENCE, oid(0x55, 0x1d, 0x11), der(0x04, names));
    byte[] signedBy = signature(algorithm);
    byte[] body =
        der(
            SEQUENCE,
            der(0xa0, der(0x02, new byte[] {2})),
            der(0x02, BigInteger.valueOf(System.nanoTime()).toByteArray()),
            signedBy,
            whose,
            VALIDITY,
            whose,
            pair.getPublic().getEncoded(),
            der(0xa3, der(SEQUENCE, extension)));
    Signature signer = Signature.getInstance(signatureName(algorithm));
    signer.initSign(pair.getPrivate());
    signer.update(body);
    byte[] signed = signer.sign();
    byte[] bits = new byte[signed.length + 1];
    System.arraycopy(signed, 0, bits, 1, signed.length);
    return der(SEQUENCE, body, signedBy, der(0x03, bits));
  }

  private static String signatureName(String algorithm) {
    return switch (algorithm) {
      case "RSA" -> "SHA256withRSA";
      case "EC" -> "SHA256withECDSA";
      default -> algorithm;
    };
  }

  private static byte[] signature(String algorithm) {
    return switch (algorithm) {
      case "RSA" ->
          der(SEQUENCE, oid(0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 1, 11), der(0x05, new byte[0]));
      case "EC" -> der(SEQUENCE, oid(0x2a, 0x86, 0x48, 0xce, 0x3d, 4, 3, 2));
      default -> der(SEQUENCE, oid(0x2b, 0x65, 0x70));
    };
  }

  private static byte[] oid(int... bytes) {
    byte[] value = new byte[bytes.length];
    for (int i = 0; i < bytes.length; i++) {
      value[i] = (byte) bytes[i];
    }
    return der(0x06, value);
  }

  private static byte[] der(int tag, byte[]... parts) {
    ByteArrayOutputStream value = new ByteArrayOutputStream();
    for (byte[] part : parts) {
      value.writeBytes(part);
    }
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    all.write(tag);
    int length = value.size();
    if (length >= 256) {
      all.write(0x82);
      all.write(length >> 8);
    } else if (length >= 128) {
      all.write(0x81);
    }
    all.write(length);
    all.writeBytes(value.toByteArray());
    return all.toByteArray();
  }

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }

  private static void write(Path file, String kind, byte[] bytes) throws IOException {
    String body = Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(bytes);
    Files.writeString(
        file, "-----BEGIN " + kind + "-----\n" + body + "\n-----END " + kind + "-----\n");
  }
}
