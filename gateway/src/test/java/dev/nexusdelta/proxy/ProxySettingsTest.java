package dev.nexusdelta.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nexusdelta.tls.PemFiles;
import dev.nexusdelta.tls.TestCertificates;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ProxySettingsTest {
  private static final long MIB = 1 << 20;
  private static final ProxySettings USUAL = ProxySettings.of("127.0.0.1", 0, 2);

  @ParameterizedTest
  @CsvSource({
    "1048576, 4096, 20000",
    "1024, 4096, 512",
    "1048576, 128, 9830",
    "3, 4096, 2",
    "9223372036854775807, 8796093022207, 20000"
  })
  void boundsConnectionsByFilesAndHeap(long openFiles, long heapMib, int most) {
    assertThat(USUAL.within(openFiles, heapMib * MIB).connections()).isEqualTo(most);
  }

  @Test
  void encryptedOnesWeighMore(@TempDir Path folder) {
    PemFiles.Good pair = (PemFiles.Good) TestCertificates.make(folder, "localhost").read();
    assertThat(USUAL.encrypted(pair).within(1 << 20, 128 * MIB).connections()).isEqualTo(4915);
  }
}
