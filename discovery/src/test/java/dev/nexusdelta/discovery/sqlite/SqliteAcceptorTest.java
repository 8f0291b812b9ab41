package dev.nexusdelta.discovery.sqlite;

import static dev.nexusdelta.discovery.Specs.await;
import static dev.nexusdelta.discovery.Specs.release;
import static dev.nexusdelta.discovery.Specs.spec;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.nexusdelta.discovery.AgentSpec;
import dev.nexusdelta.discovery.Documents;
import dev.nexusdelta.discovery.RegistryStore;
import dev.nexusdelta.discovery.RegistryStoreTck;
import dev.nexusdelta.discovery.replicated.LedgerStore;
import dev.nexusdelta.discovery.replicated.OpenStore;
import dev.nexusdelta.manifest.AgentName;
import dev.nexusdelta.sync.SyncMark;
import dev.nexusdelta.sync.SyncStore;
import dev.nexusdelta.sync.SyncStoreTck;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class SqliteAcceptorTest implements RegistryStoreTck, SyncStoreTck {
  @TempDir Path folder;
  private final Vertx vertx = Vertx.vertx();
  private OpenStore open;
  private LedgerStore store;

  @BeforeEach
  void begin() {
    open = OpenStore.open(vertx, file());
    store = open.store();
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
    open.close();

    begin();

    assertThat(await(store.specs())).containsExactly(spec("A", 1));
    assertThat(await(store.releases(new AgentName("A")))).containsExactly(release("A", "r1"));
    open.close();
  }

  @Test
  void saysThatAnotherProcessUsesIt() {
    assertThatThrownBy(() -> await(SqliteAcceptor.open(vertx, file())))
        .isInstanceOf(UnusableStoreException.class)
        .hasMessageContainingAll(file().toString(), "in use by another process");
    await(store.put(spec("A", 1), 0));
    open.close();
  }

  @Test
  void refusesADamagedFile() throws IOException {
    open.close();
    Files.writeString(file(), "this is no database, it is a letter to nobody in particular");
    assertThatThrownBy(() -> await(SqliteAcceptor.open(vertx, file())))
        .isInstanceOf(UnusableStoreException.class)
        .hasMessageContainingAll(file().toString(), "damaged", "move it away");
  }

  @Test
  void refusesAFileOfTheFuture() throws Exception {
    open.close();
    try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + file());
        var statement = connection.createStatement()) {
      statement.execute("PRAGMA user_version = 99");
    }
    assertThatThrownBy(() -> await(SqliteAcceptor.open(vertx, file())))
        .isInstanceOf(UnusableStoreException.class)
        .hasMessageContainingAll(file().toString(), "version 99", "up to 3");
  }

  @Test
  void refusesADocumentThatItCannotRead() throws Exception {
    open.close();
    try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + file());
        var statement = connection.createStatement()) {
      statement.execute(
          "INSERT INTO ledger VALUES('entry/agent/x',"
              + " '{\"at\":[0,\"\",0],\"text\":\"{\\\"name\\\":\\\"X\\\"}\"}')");
    }
    begin();
    assertThatThrownBy(() -> await(store.specs()))
        .hasMessageContainingAll(file().toString(), "agent 'X' cannot be read");
    open.close();
  }

  @Test
  void keepsWhatVersionTwoHad() throws Exception {
    open.close();
    Files.delete(file());
    Files.deleteIfExists(Path.of(file() + "-wal"));
    AgentSpec kept = spec("berA", 7);
    SyncMark mark = new SyncMark(new AgentName("A"), 7, "time", List.of());
    try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + file());
        var statement = connection.createStatement()) {
      for (String sql : VERSION_TWO) {
        statement.execute(sql);
      }
      insert(connection, "INSERT INTO agent VALUES('bera', 7, 0, ?)", Documents.of(kept));
      insert(
          connection,
          "INSERT INTO release VALUES(4, 'a', 'r1', 't', ?)",
          Documents.of(release("A", "r1")));
      insert(
          connection,
          "INSERT INTO release VALUES(2, 'a', 'r2', 't', ?)",
          Documents.of(release("A", "r2")));
      insert(
          connection,
          "INSERT INTO mark VALUES('a', ?)",
          new JsonObject(
              "{\"agent\":\"A\",\"revision\":7,\"updateTime\":\"time\",\"attempts\":[]}"));
      insert(connection, "INSERT INTO superseded VALUES('a', 3, ?)", Documents.of(spec("A", 3)));
    }
    for (int round = 0; round < 2; round++) {
      begin();
      assertThat(await(store.specs())).containsExactly(kept);
      assertThat(await(store.releases(new AgentName("A"))))
          .containsExactly(release("A", "r1"), release("A", "r2"));
      assertThat(await(store.sync().marks())).containsExactly(mark);
      assertThat(await(store.sync().superseded(new AgentName("A")))).containsExactly(spec("A", 3));
      open.close();
    }
    begin();
    AgentSpec next = spec(kept.name().value(), 8);
    await(store.put(next, 7));
    assertThat(await(store.specs())).containsExactly(next);
    open.close();
  }

  private static final List<String> VERSION_TWO =
      List.of(
          "CREATE TABLE agent(key TEXT PRIMARY KEY, revision INTEGER NOT NULL,"
              + " deleted INTEGER NOT NULL, document TEXT NOT NULL) STRICT, WITHOUT ROWID",
          "CREATE TABLE release(seq INTEGER PRIMARY KEY AUTOINCREMENT, agent TEXT NOT NULL,"
              + " id TEXT NOT NULL, created TEXT NOT NULL, document TEXT NOT NULL,"
              + " UNIQUE(agent, id)) STRICT",
          "CREATE TABLE mark(key TEXT PRIMARY KEY, document TEXT NOT NULL)"
              + " STRICT, WITHOUT ROWID",
          "CREATE TABLE superseded(agent TEXT NOT NULL, revision INTEGER NOT NULL,"
              + " document TEXT NOT NULL, PRIMARY KEY(agent, revision))"
              + " STRICT, WITHOUT ROWID",
          "PRAGMA user_version = 2");

  private static void insert(Connection connection, String sql, JsonObject document)
      throws Exception {
    try (var statement = connection.prepareStatement(sql)) {
      statement.setString(1, document.encode());
      statement.executeUpdate();
    }
  }

  @Test
  void saysThatTheFolderCannotBe() throws IOException {
    open.close();
    Files.writeString(folder.resolve("plain"), "");
    assertThatThrownBy(() -> await(SqliteAcceptor.open(vertx, folder.resolve("plain/registry.db"))))
        .isInstanceOf(UnusableStoreException.class)
        .hasMessageContaining("plain");
  }

  @Tag("long")
  @Test
  void everyAcknowledgedRevisionSurvivesAKill() throws Exception {
    open.close();
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
      begin();
      long stored = await(store.specs()).get(0).revision();
      // One more may have been on its way to the disk, unacknowledged.
      assertThat(stored).isBetween(acknowledged, acknowledged + 1);
      open.close();
    }
  }
}
