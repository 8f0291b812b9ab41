package dev.nexusdelta.proxy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.nexusdelta.sdk.NexusClient;
import dev.nexusdelta.sdk.UnreachableException;
import dev.nexusdelta.tls.PemFiles;
import dev.nexusdelta.tls.TestCertificates;
import java.net.URI;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A client that has the gateway's certificate in a file needs nobody else's word for it. */
class TrustByFileTest {
  @TempDir Path folder;

  @Test
  void trustsTheFilesCertificateAndNoOther() {
    PemFiles files = TestCertificates.make(folder, "own");
    Path other = TestCertificates.make(folder, "other").cert();
    try (ProxyFixture proxy = new ProxyFixture(folder, TlsTest.encrypted(files))) {
      URI url = URI.create("https://127.0.0.1:" + proxy.port);
      assertThat(NexusClient.builder(url).certificate(files.cert()).build().ready()).isTrue();
      assertThatThrownBy(() -> NexusClient.builder(url).certificate(other).build().agents())
          .isInstanceOf(UnreachableException.class)
          .hasMessageContaining("PKIX");
      assertThatThrownBy(() -> NexusClient.of(url).agents())
          .isInstanceOf(UnreachableException.class);
    }
  }
}
