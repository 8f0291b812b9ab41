package dev.nexusdelta.discovery.sqlite;

import static dev.nexusdelta.discovery.Specs.await;
import static dev.nexusdelta.discovery.Specs.release;
import static dev.nexusdelta.discovery.Specs.spec;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.nexusdelta.discovery.RegistryStore;
import dev.nexusdelta.discovery.RegistryStoreTck;
import dev.nexusdelta.manifest.AgentName;
import dev.nexusdelta.sync.SyncStore;
import dev.nexusdelta.sync.SyncStoreTck;
import io.vertx.core.Vertx;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class SqliteStoreTest implements RegistryStoreTck, SyncStoreTck {
  @TempDir Path folder;
  private final Vertx vertx = Vertx.vertx();
  private SqliteStore store;

  @BeforeEach
  void open() {
    store = await(SqliteStore.open(vertx, file()));
  }

  @AfterEach
  void close() {
    await(vertx.close());
  }

  private Path file() {
    return folder.resolve("data/registry.db");
  }

  @Override
  public RegistryStore store() {
    return store;
  }

  @Override
  public SyncStore syncStore() {
    return store.sync();
  }

  @Override
  public Vertx vertx() {
    return vertx;
  }

  @Test
  void remembersAcrossRestarts() {
    await(store.put(spec("A", 1), 0));
    await(store.put(release("A", "r1"), 5));
    await(store.close());

    store = await(SqliteStore.open(vertx, file()));

    assertThat(await(store.specs())).containsExactly(spec("A", 1));
    assertThat(await(store.releases(new AgentName("A")))).containsExactly(release("A", "r1"));
    await(store.close());
  }

  @Test
  void saysThatAnotherProcessUsesIt() {
    assertThatThrownBy(() -> await(SqliteStore.open(vertx, file())))
        .isInstanceOf(UnusableStoreException.class)
        .hasMessageContainingAll(file().toString(), "in use by another process");
    await(store.put(spec("A", 1), 0));
    await(store.close());
  }

  @Test
  void refusesADamagedFile() throws IOException {
    await(store.close());
    Files.writeString(file(), "this is no database, it is a letter to nobody in particular");
    assertThatThrownBy(() -> await(SqliteStore.open(vertx, file())))
        .isInstanceOf(UnusableStoreException.class)
        .hasMessageContainingAll(file().toString(), "damaged", "move it away");
  }

  @Test
  void refusesAFileOfTheFuture() throws Exception {
    await(store.close());
    try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + file());
        var statement = connection.createStatement()) {
      statement.execute("PRAGMA user_version = 99");
    }
    assertThatThrownBy(() -> await(SqliteStore.open(vertx, file())))
        .isInstanceOf(UnusableStoreException.class)
        .hasMessageContainingAll(file().toString(), "version 99", "up to 2");
  }

  @Test
  void refusesADocumentThatItCannotRead() throws Exception {
    await(store.close());
    try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + file());
        var statement = connection.createStatement()) {
      statement.execute("INSERT INTO agent VALUES('x', 1, 0, '{\"name\":\"X\"}')");
    }
    store = await(SqliteStore.open(vertx, file()));
    assertThatThrownBy(() -> await(store.specs()))
        .isInstanceOf(UnusableStoreException.class)
        .hasMessageContainingAll(file().toString(), "agent 'X' cannot be read");
    await(store.close());
  }

  @Test
  void saysThatTheFolderCannotBe() throws IOException {
    await(store.close());
    Files.writeString(folder.resolve("plain"), "");
    assertThatThrownBy(() -> await(SqliteStore.open(vertx, folder.resolve("plain/registry.db"))))
        .isInstanceOf(UnusableStoreException.class)
        .hasMessageContaining("plain");
  }

  @Test
  void everyAcknowledgedRevisionSurvivesAKill() throws Exception {
    await(store.close());
    long acknowledged = 0;
    for (int round = 0; round < 3; round++) {
      Process child =
          new ProcessBuilder(
                  Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                  "-cp",
                  System.getProperty("java.class.path"),
                  EndlessWriter.class.getName(),
                  file().toString())
              .redirectError(ProcessBuilder.Redirect.DISCARD)
              .start();
      try (BufferedReader lines =
          new BufferedReader(
              new InputStreamReader(child.getInputStream(), StandardCharsets.UTF_8))) {
        for (int i = 0; i < 100 + 37 * round; i++) {
          acknowledged = Long.parseLong(lines.readLine());
        }
        // Not the process's own method: that closes the stream too.
        child.toHandle().destroyForcibly();
        // What it said before it died counts too.
        for (String line = lines.readLine(); line != null; line = lines.readLine()) {
          acknowledged = Long.parseLong(line);
        }
      } finally {
        child.destroyForcibly();
        assertThat(child.waitFor(20, TimeUnit.SECONDS)).isTrue();
      }
      store = await(SqliteStore.open(vertx, file()));
      long stored = await(store.specs()).get(0).revision();
      // One more may have been on its way to the disk, unacknowledged.
      assertThat(stored).isBetween(acknowledged, acknowledged + 1);
      await(store.close());
    }
  }
}
