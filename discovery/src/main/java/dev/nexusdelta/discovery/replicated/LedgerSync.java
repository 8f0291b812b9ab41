package dev.nexusdelta.discovery.replicated;

import dev.nexusdelta.consensus.Edit;
import dev.nexusdelta.consensus.Entry;
import dev.nexusdelta.discovery.AgentSpec;
import dev.nexusdelta.discovery.Documents;
import dev.nexusdelta.manifest.AgentName;
import dev.nexusdelta.sync.SyncMark;
import dev.nexusdelta.sync.SyncStore;
import io.vertx.core.Future;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;

/** What the sync must not forget, in the ledger: whichever gateway goes on with it, knows it. */
final class LedgerSync implements SyncStore {
  private final Writes writes;

  LedgerSync(Writes writes) {
    this.writes = writes;
  }

  @Override
  public Future<List<SyncMark>> marks() {
    return writes.read(
        all ->
            Writes.under(all, Keys.MARK).values().stream()
                .map(entry -> mark(LedgerStore.json(entry.text())))
                .toList());
  }

  @Override
  public Future<Void> put(SyncMark mark) {
    String text = document(mark).encode();
    return writes.write(
        "the sync's mark of agent '" + mark.agent() + "'",
        all -> List.of(Writes.put(all, Keys.mark(mark.agent()), text)));
  }

  @Override
  public Future<Void> keep(AgentSpec superseded) {
    return writes.write(
        "a revision of agent '" + superseded.name() + "' that gives way",
        all -> edits(all, superseded));
  }

  private static List<Edit> edits(NavigableMap<String, Entry> all, AgentSpec superseded) {
    String key = Keys.superseded(superseded.name()) + superseded.revision();
    if (all.containsKey(key)) {
      return List.of();
    }
    List<Map.Entry<String, Entry>> kept = newestFirst(all, superseded.name());
    kept.add(Map.entry(key, new Entry("", dev.nexusdelta.consensus.Position.START)));
    kept.sort(NEWEST_FIRST);
    List<Edit> edits = new ArrayList<>();
    for (int i = 0; i < kept.size(); i++) {
      String one = kept.get(i).getKey();
      if (i < SUPERSEDED_KEPT && one.equals(key)) {
        edits.add(Edit.add(key, Documents.of(superseded).encode()));
      } else if (i >= SUPERSEDED_KEPT && !one.equals(key)) {
        edits.add(Edit.remove(one, kept.get(i).getValue().written()));
      }
    }
    return edits;
  }

  private static final Comparator<Map.Entry<String, Entry>> NEWEST_FIRST =
      Comparator.<Map.Entry<String, Entry>>comparingLong(kept -> revision(kept.getKey()))
          .reversed();

  private static long revision(String key) {
    return Long.parseLong(key.substring(key.lastIndexOf('/') + 1));
  }

  private static List<Map.Entry<String, Entry>> newestFirst(
      NavigableMap<String, Entry> all, AgentName agent) {
    List<Map.Entry<String, Entry>> kept =
        new ArrayList<>(Writes.under(all, Keys.superseded(agent)).entrySet());
    kept.sort(NEWEST_FIRST);
    return kept;
  }

  @Override
  public Future<List<AgentSpec>> superseded(AgentName agent) {
    return writes.read(
        all ->
            newestFirst(all, agent).stream()
                .map(kept -> LedgerStore.spec(kept.getValue()))
                .toList());
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
