package dev.nexusdelta.tls;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Self-signed certificates of short life, made by the JDK's own tool. */
public final class TestCertificates {
  private static final char[] PASSWORD = "changeit".toCharArray();

  private TestCertificates() {}

  /** Writes {@code <name>.cert.pem} and {@code <name>.key.pem} for localhost. */
  public static PemFiles make(Path folder, String name) {
    return make(folder, name, "EC");
  }

  static PemFiles make(Path folder, String name, String algorithm) {
    try {
      Path store = folder.resolve(name + ".p12");
      Files.deleteIfExists(store);
      keytool(store, name, algorithm);
      KeyStore keys = KeyStore.getInstance("PKCS12");
      keys.load(Files.newInputStream(store), PASSWORD);
      PemFiles files =
          new PemFiles(folder.resolve(name + ".cert.pem"), folder.resolve(name + ".key.pem"));
      write(files.cert(), "CERTIFICATE", keys.getCertificate("it").getEncoded());
      write(files.key(), "PRIVATE KEY", keys.getKey("it", PASSWORD).getEncoded());
      return files;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (GeneralSecurityException | InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  private static void keytool(Path store, String name, String algorithm)
      throws IOException, InterruptedException {
    Process process =
        new ProcessBuilder(
                List.of(
                    Path.of(System.getProperty("java.home"), "bin", "keytool").toString(),
                    "-genkeypair",
                    "-alias",
                    "it",
                    "-keyalg",
                    algorithm,
                    "-dname",
                    "CN=" + name,
                    "-ext",
                    "san=dns:localhost,ip:127.0.0.1",
                    "-validity",
                    "2",
                    "-storetype",
                    "PKCS12",
                    "-storepass",
                    new String(PASSWORD),
                    "-keystore",
                    store.toString()))
            .redirectErrorStream(true)
            .start();
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    if (!process.waitFor(30, TimeUnit.SECONDS) || process.exitValue() != 0) {
      throw new IllegalStateException("keytool: " + said);
    }
  }

  private static void write(Path file, String kind, byte[] bytes) throws IOException {
    String body = Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(bytes);
    Files.writeString(
        file, "-----BEGIN " + kind + "-----\n" + body + "\n-----END " + kind + "-----\n");
  }
}
