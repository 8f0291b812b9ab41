package dev.nexusdelta.discovery.sqlite;

import dev.nexusdelta.discovery.AgentSpec;
import dev.nexusdelta.discovery.Documents;
import dev.nexusdelta.manifest.AgentName;
import dev.nexusdelta.sync.SyncMark;
import dev.nexusdelta.sync.SyncStore;
import io.vertx.core.Future;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.List;

/** What the sync must not forget, in the registry's file. */
final class SqliteSync implements SyncStore {
  private final SqliteStore store;

  SqliteSync(SqliteStore store) {
    this.store = store;
  }

  @Override
  public Future<List<SyncMark>> marks() {
    return store.run(
        () -> {
          List<SyncMark> marks = new ArrayList<>();
          for (String document : store.documents("SELECT document FROM mark ORDER BY key")) {
            marks.add(mark(new JsonObject(document)));
          }
          return List.copyOf(marks);
        });
  }

  @Override
  public Future<Void> put(SyncMark mark) {
    return store.run(
        () -> {
          store.update(
              "INSERT OR REPLACE INTO mark(key, document) VALUES(?,?)",
              mark.agent().key(),
              document(mark).encode());
          return null;
        });
  }

  @Override
  public Future<Void> keep(AgentSpec superseded) {
    String key = superseded.name().key();
    return store.run(
        () -> {
          store.transaction(
              () -> {
                store.update(
                    "INSERT OR IGNORE INTO superseded(agent, revision, document) VALUES(?,?,?)",
                    key,
                    superseded.revision(),
                    Documents.of(superseded).encode());
                store.update(
                    "DELETE FROM superseded WHERE agent = ?1 AND revision NOT IN (SELECT revision"
                        + " FROM superseded WHERE agent = ?1 ORDER BY revision DESC LIMIT ?2)",
                    key,
                    SUPERSEDED_KEPT);
              });
          return null;
        });
  }

  @Override
  public Future<List<AgentSpec>> superseded(AgentName agent) {
    return store.run(
        () -> {
          List<AgentSpec> specs = new ArrayList<>();
          String newestFirst =
              "SELECT document FROM superseded WHERE agent = ? ORDER BY revision DESC";
          for (String document : store.documents(newestFirst, agent.key())) {
            specs.add(Documents.spec(new JsonObject(document)));
          }
          return List.copyOf(specs);
        });
  }

  private static JsonObject document(SyncMark mark) {
    JsonArray attempts = new JsonArray();
    mark.attempts()
        .forEach(
            attempt ->
                attempts.add(
                    new JsonObject()
                        .put("revision", attempt.revision())
                        .put("digest", attempt.digest())));
    return new JsonObject()
        .put("agent", mark.agent().value())
        .put("revision", mark.revision())
        .put("updateTime", mark.updateTime())
        .put("attempts", attempts);
  }

  private static SyncMark mark(JsonObject json) {
    List<SyncMark.Attempt> attempts = new ArrayList<>();
    for (Object attempt : json.getJsonArray("attempts")) {
      JsonObject known = (JsonObject) attempt;
      attempts.add(new SyncMark.Attempt(known.getLong("revision"), known.getString("digest")));
    }
    return new SyncMark(
        new AgentName(json.getString("agent")),
        json.getLong("revision"),
        json.getString("updateTime"),
        attempts);
  }
}
