package dev.nexusdelta.tls;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PemFilesTest {
  @TempDir Path folder;

  @ParameterizedTest
  @ValueSource(strings = {"EC", "RSA", "Ed25519"})
  void readsAPair(String algorithm) {
    PemFiles files = TestCertificates.make(folder, "good", algorithm);
    PemFiles.Reading reading = files.read();
    assertThat(reading).isInstanceOf(PemFiles.Good.class);
    PemPair pair = ((PemFiles.Good) reading).pair();
    assertThat(pair.leaf().getSubjectX500Principal().getName()).isEqualTo("CN=good");
    assertThat(pair).hasToString("certificate of CN=good");
  }

  @Test
  void saysThatTheKeyIsAnothers() {
    PemFiles one = TestCertificates.make(folder, "one");
    PemFiles two = TestCertificates.make(folder, "two");
    assertThat(new PemFiles(one.cert(), two.key()).read())
        .isEqualTo(
            new PemFiles.Bad(
                true,
                two.key()
                    + ": it is not the key of the first certificate in tls.cert: expected the"
                    + " pair"));
    PemFiles other = TestCertificates.make(folder, "other", "RSA");
    assertThat(((PemFiles.Bad) new PemFiles(one.cert(), other.key()).read()).fault())
        .contains("no key that fits a certificate for EC");
  }

  @ParameterizedTest
  @CsvSource({
    "-----BEGIN EC PRIVATE KEY-----, openssl pkcs8 -topk8",
    "-----BEGIN RSA PRIVATE KEY-----, openssl pkcs8 -topk8",
    "-----BEGIN ENCRYPTED PRIVATE KEY-----, it is encrypted",
    "nothing, holds no private key",
    "'-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----', no key that fits"
  })
  void saysWhatIsWrongWithAKey(String text, String fault) throws IOException {
    PemFiles files = TestCertificates.make(folder, "good");
    Files.writeString(files.key(), text);
    PemFiles.Bad bad = (PemFiles.Bad) files.read();
    assertThat(bad.ofKey()).isTrue();
    assertThat(bad.fault()).startsWith(files.key() + ": ").contains(fault);
  }

  @Test
  void saysWhatIsWrongWithACertificate() throws IOException {
    PemFiles files = TestCertificates.make(folder, "good");
    PemFiles swapped = new PemFiles(files.key(), files.cert());
    assertThat(((PemFiles.Bad) swapped.read()).fault()).contains("holds no certificate");
    Files.writeString(files.cert(), "");
    PemFiles.Bad empty = (PemFiles.Bad) files.read();
    assertThat(empty.ofKey()).isFalse();
    assertThat(empty.fault()).contains("holds no certificate");
    Files.delete(files.cert());
    assertThat(((PemFiles.Bad) files.read()).fault()).endsWith(": there is no such file");
  }
}
