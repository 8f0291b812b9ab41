package dev.nexusdelta.consensus;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Consumer;

/**
 * Requests, replies and images as JSON texts. Unknown fields are ignored, so that gateways of two
 * versions understand each other.
 */
final class Texts {
  private Texts() {}

  /** A request as it is sent. */
  static String text(String from, Request request) {
    JsonObject json = new JsonObject().put("from", from);
    request.to(new Writing(json), from, reply -> {});
    return json.encode();
  }

  /** Who asks for what. */
  record Asked(String from, Request request) {}

  /**
   * Reads a request.
   *
   * @throws RuntimeException if it is none
   */
  static Asked asked(String text) {
    JsonObject json = new JsonObject(text);
    return new Asked(json.getString("from"), request(json));
  }

  private static Request request(JsonObject json) {
    String ask = json.getString("ask");
    switch (ask) {
      case "prepare":
        return new Request.Prepare(json.getString("cluster"), ballot(json, "ballot"));
      case "append":
        return new Request.Append(
            json.getString("cluster"),
            ballot(json, "ballot"),
            position(json, "previous"),
            batches(json),
            position(json, "committed"),
            json.getBoolean("pull", false),
            json.getInteger("members"),
            json.getBoolean("joins", false));
      case "fetch":
        return new Request.Fetch(
            ballot(json, "ballot"),
            json.getString("cluster"),
            position(json, "from"),
            json.getInteger("part"));
      case "forward":
        return new Request.Forward(ballot(json, "ballot"), json.getString("id"), proposal(json));
      case "forgotten":
        return new Request.Forgotten(json.getString("cluster"));
      default:
        throw new IllegalArgumentException("unknown request '" + ask + "'");
    }
  }

  private record Writing(JsonObject json) implements Request.Hearer {
    @Override
    public void prepare(String from, Request.Prepare asked, Consumer<Reply> answer) {
      json.put("ask", "prepare").put("cluster", asked.cluster());
      json.put("ballot", Rows.ballot(asked.ballot()));
    }

    @Override
    public void append(String from, Request.Append asked, Consumer<Reply> answer) {
      json.put("ask", "append")
          .put("cluster", asked.cluster())
          .put("ballot", Rows.ballot(asked.ballot()))
          .put("previous", Rows.position(asked.previous()))
          .put("batches", batches(asked.batches()))
          .put("committed", Rows.position(asked.committed()))
          .put("pull", asked.pull())
          .put("members", asked.members())
          .put("joins", asked.joins());
    }

    @Override
    public void fetch(String from, Request.Fetch asked, Consumer<Reply> answer) {
      json.put("ask", "fetch")
          .put("cluster", asked.cluster())
          .put("ballot", Rows.ballot(asked.ballot()))
          .put("from", Rows.position(asked.from()))
          .put("part", asked.part());
    }

    @Override
    public void forward(String from, Request.Forward asked, Consumer<Reply> answer) {
      JsonArray edits = new JsonArray();
      for (Edit edit : asked.proposal().edits()) {
        JsonObject one = new JsonObject().put("key", edit.key());
        edit.expected().ifPresent(at -> one.put("expected", Rows.position(at)));
        edit.text().ifPresent(text -> one.put("text", text));
        edits.add(one);
      }
      json.put("ask", "forward")
          .put("ballot", Rows.ballot(asked.ballot()))
          .put("id", asked.id())
          .put("edits", edits)
          .put("forget", asked.proposal().forget());
    }

    @Override
    public void forgotten(Request.Forgotten told, Consumer<Reply> answer) {
      json.put("ask", "forgotten").put("cluster", told.cluster());
    }
  }

  private static Proposal proposal(JsonObject json) {
    List<Edit> edits = new ArrayList<>();
    for (Object each : json.getJsonArray("edits")) {
      JsonObject edit = (JsonObject) each;
      edits.add(
          new Edit(
              edit.getString("key"),
              Optional.ofNullable(edit.getJsonArray("expected")).map(Rows::position),
              Optional.ofNullable(edit.getString("text"))));
    }
    return new Proposal(edits, json.getString("forget", ""));
  }

  static Ballot ballot(JsonObject json, String field) {
    return Rows.ballot(json.getJsonArray(field));
  }

  static Position position(JsonObject json, String field) {
    return Rows.position(json.getJsonArray(field));
  }

  private static JsonArray batches(List<Batch> batches) {
    JsonArray json = new JsonArray();
    batches.forEach(batch -> json.add(Rows.json(batch)));
    return json;
  }

  private static List<Batch> batches(JsonObject json) {
    List<Batch> batches = new ArrayList<>();
    json.getJsonArray("batches").forEach(each -> batches.add(Rows.batch((JsonObject) each)));
    return batches;
  }

  /** An image as it is sliced. */
  static String text(Image image) {
    JsonObject changed = new JsonObject();
    image.changed().forEach((key, entry) -> changed.put(key, Rows.json(entry)));
    return new JsonObject()
        .put("cluster", image.cluster())
        .put("from", Rows.position(image.from()))
        .put("base", Rows.position(image.base()))
        .put("changed", changed)
        .put("keys", new JsonArray(new ArrayList<>(image.keys())))
        .put("batches", batches(image.tail()))
        .encode();
  }

  /**
   * Reads an image.
   *
   * @throws RuntimeException if it is none
   */
  static Image image(String text) {
    JsonObject json = new JsonObject(text);
    Map<String, Entry> changed = new TreeMap<>();
    JsonObject entries = json.getJsonObject("changed");
    entries.fieldNames().forEach(key -> changed.put(key, Rows.entry(entries.getJsonObject(key))));
    Set<String> keys = new HashSet<>();
    json.getJsonArray("keys").forEach(key -> keys.add((String) key));
    return new Image(
        json.getString("cluster"),
        position(json, "from"),
        position(json, "base"),
        changed,
        keys,
        batches(json));
  }
}
