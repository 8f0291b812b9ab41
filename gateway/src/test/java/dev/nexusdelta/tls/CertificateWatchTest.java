package dev.nexusdelta.tls;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CertificateWatchTest {
  @TempDir Path folder;
  private final Vertx vertx = Vertx.vertx();
  private final BlockingQueue<String> told = new LinkedBlockingQueue<>();
  private PemFiles files;
  private CertificateWatch watch;

  @BeforeEach
  void open() {
    files = TestCertificates.make(folder, "first");
    watch =
        new CertificateWatch(
            vertx,
            (PemFiles.Good) files.read(),
            20,
            pair -> {
              told.add(pair.toString());
              return pair.toString().contains("refused")
                  ? Future.failedFuture("not today")
                  : Future.succeededFuture();
            },
            good -> told.add(good ? "ok" : "failed"));
  }

  @AfterEach
  void close() {
    watch.close();
    vertx.close().toCompletionStage().toCompletableFuture().join();
  }

  @Test
  void handsOnWhatIsNewAndKeepsWhatIsOldWhenTheNewIsBad() throws Exception {
    PemFiles second = TestCertificates.make(folder, "second");
    put(second.key(), files.key());
    assertThat(next()).isEqualTo("failed");
    put(second.cert(), files.cert());
    assertThat(next()).isEqualTo("certificate of CN=second");
    assertThat(next()).isEqualTo("ok");
    PemFiles refused = TestCertificates.make(folder, "refused");
    put(refused.cert(), files.cert());
    put(refused.key(), files.key());
    assertThat(lastOf("certificate of CN=refused")).isEqualTo("failed");
    Files.delete(files.key());
    assertThat(next()).isEqualTo("failed");
    assertThat(told).isEmpty();
  }

  /** Between the two files a look may have come: then the half-written pair was told as failed. */
  private String lastOf(String pair) throws InterruptedException {
    String said = next();
    while (!said.equals(pair)) {
      assertThat(said).isEqualTo("failed");
      said = next();
    }
    return next();
  }

  private String next() throws InterruptedException {
    String said = told.poll(15, TimeUnit.SECONDS);
    assertThat(said).isNotNull();
    return String.valueOf(said);
  }

  private static void put(Path from, Path to) throws Exception {
    // Any other way leaves a moment without a file, which may be looked at.
    Files.move(from, to, StandardCopyOption.ATOMIC_MOVE);
  }
}
