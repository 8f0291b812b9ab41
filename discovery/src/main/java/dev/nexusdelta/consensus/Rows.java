package dev.nexusdelta.consensus;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * How a member's table is stored: one row of JSON for each entry, each write of the tail, each
 * left-over (its text as it is), and one for what is promised. Unknown fields are ignored.
 */
final class Rows {
  static final String META = "meta";
  static final String ENTRY = "entry/";
  static final String TAIL = "tail/";
  static final String LEFT = "left/";
  static final Set<String> NO_KEYS = Set.of();

  private Rows() {}

  /** What has changed from one table to another. */
  static List<Change> differences(Map<String, Entry> before, Map<String, Entry> after) {
    List<Change> changes = new ArrayList<>();
    for (String key : before.keySet()) {
      if (!after.containsKey(key)) {
        changes.add(new Change(key, Optional.empty()));
      }
    }
    after.forEach(
        (key, entry) -> {
          if (!entry.equals(before.get(key))) {
            changes.add(new Change(key, Optional.of(entry.text())));
          }
        });
    return changes;
  }

  /**
   * What there is one of.
   *
   * @param base the committed position of the entries
   */
  record Meta(Ballot promised, String cluster, Position base) {}

  static String text(Meta meta) {
    return new JsonObject()
        .put("promised", ballot(meta.promised()))
        .put("cluster", meta.cluster())
        .put("base", position(meta.base()))
        .encode();
  }

  static Meta meta(String text) {
    JsonObject json = new JsonObject(text);
    return new Meta(
        ballot(json.getJsonArray("promised")),
        json.getString("cluster"),
        position(json.getJsonArray("base")));
  }

  static String text(Entry entry) {
    return json(entry).encode();
  }

  static Entry entry(String text) {
    return entry(new JsonObject(text));
  }

  static JsonObject json(Entry entry) {
    return new JsonObject().put("at", position(entry.written())).put("text", entry.text());
  }

  static Entry entry(JsonObject json) {
    return new Entry(json.getString("text"), position(json.getJsonArray("at")));
  }

  /** The row of a write: in order of their sequence. */
  static String tail(Batch batch) {
    return TAIL + String.format(Locale.ROOT, "%019d", batch.position().sequence());
  }

  static String text(Batch batch) {
    return json(batch).encode();
  }

  static Batch batch(String text) {
    return batch(new JsonObject(text));
  }

  static JsonObject json(Batch batch) {
    JsonArray changes = new JsonArray();
    for (Change change : batch.changes()) {
      JsonObject json = new JsonObject().put("key", change.key());
      change.text().ifPresent(text -> json.put("text", text));
      changes.add(json);
    }
    return new JsonObject().put("at", position(batch.position())).put("changes", changes);
  }

  static Batch batch(JsonObject json) {
    List<Change> changes = new ArrayList<>();
    for (Object each : json.getJsonArray("changes")) {
      JsonObject change = (JsonObject) each;
      changes.add(
          new Change(change.getString("key"), Optional.ofNullable(change.getString("text"))));
    }
    return new Batch(position(json.getJsonArray("at")), changes);
  }

  static JsonArray ballot(Ballot ballot) {
    return new JsonArray().add(ballot.round()).add(ballot.member());
  }

  static Ballot ballot(JsonArray json) {
    return new Ballot(json.getLong(0), json.getString(1));
  }

  static JsonArray position(Position position) {
    return ballot(position.ballot()).add(position.sequence());
  }

  static Position position(JsonArray json) {
    return new Position(ballot(json), json.getLong(2));
  }
}
