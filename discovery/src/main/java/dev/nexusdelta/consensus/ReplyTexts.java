package dev.nexusdelta.consensus;

import io.vertx.core.json.JsonObject;
import java.util.Map;
import java.util.TreeMap;

/** Replies as JSON texts; unknown fields are ignored. */
final class ReplyTexts {
  private ReplyTexts() {}

  static String text(Reply reply) {
    JsonObject json = new JsonObject();
    reply.to(new Writing(json));
    return json.encode();
  }

  /**
   * Reads a reply.
   *
   * @throws RuntimeException if it is none
   */
  static Reply reply(String text) {
    JsonObject json = new JsonObject(text);
    String reply = json.getString("reply");
    switch (reply) {
      case "promised":
        return new Reply.Promised(json.getString("cluster"), Texts.position(json, "at"));
      case "accepted":
        return new Reply.Accepted(Texts.position(json, "at"));
      case "lacking":
        return new Reply.Lacking(json.getString("cluster"), Texts.position(json, "at"));
      case "refused":
        return new Reply.Refused(Texts.ballot(json, "promised"));
      case "busy":
        return new Reply.Busy();
      case "elsewhere":
        return new Reply.Elsewhere(json.getString("cluster"), json.getInteger("members"));
      case "part":
        return new Reply.Part(
            json.getString("tag"), json.getInteger("parts"), json.getString("text"));
      case "done":
        return new Reply.Done(outcome(json));
      default:
        throw new IllegalArgumentException("unknown reply '" + reply + "'");
    }
  }

  private record Writing(JsonObject json) implements Reply.Answered {
    @Override
    public void failed() {
      throw new IllegalStateException("a reply without a text");
    }

    @Override
    public void promised(Reply.Promised reply) {
      json.put("reply", "promised")
          .put("cluster", reply.cluster())
          .put("at", Rows.position(reply.position()));
    }

    @Override
    public void accepted(Reply.Accepted reply) {
      json.put("reply", "accepted").put("at", Rows.position(reply.position()));
    }

    @Override
    public void lacking(Reply.Lacking reply) {
      json.put("reply", "lacking")
          .put("cluster", reply.cluster())
          .put("at", Rows.position(reply.position()));
    }

    @Override
    public void refused(Reply.Refused reply) {
      json.put("reply", "refused").put("promised", Rows.ballot(reply.promised()));
    }

    @Override
    public void busy() {
      json.put("reply", "busy");
    }

    @Override
    public void elsewhere(Reply.Elsewhere reply) {
      json.put("reply", "elsewhere")
          .put("cluster", reply.cluster())
          .put("members", reply.members());
    }

    @Override
    public void part(Reply.Part reply) {
      json.put("reply", "part")
          .put("tag", reply.tag())
          .put("parts", reply.parts())
          .put("text", reply.text());
    }

    @Override
    public void done(Reply.Done reply) {
      json.put("reply", "done");
      reply
          .outcome()
          .<Object>fold(
              new Outcome.Cases<>(
                  it -> json.put("outcome", "committed").put("at", Rows.position(it.position())),
                  it -> json.put("outcome", "conflict").put("found", found(it.found())),
                  it -> json.put("outcome", "not_written").put("why", it.why()),
                  it -> json.put("outcome", "unknown").put("why", it.why())));
    }
  }

  private static JsonObject found(Map<String, Entry> found) {
    JsonObject json = new JsonObject();
    found.forEach((key, entry) -> json.put(key, Rows.json(entry)));
    return json;
  }

  private static Outcome outcome(JsonObject json) {
    switch (json.getString("outcome")) {
      case "committed":
        return new Outcome.Committed(Texts.position(json, "at"));
      case "conflict":
        Map<String, Entry> found = new TreeMap<>();
        JsonObject entries = json.getJsonObject("found");
        entries.fieldNames().forEach(key -> found.put(key, Rows.entry(entries.getJsonObject(key))));
        return new Outcome.Conflict(found);
      case "not_written":
        return new Outcome.NotWritten(json.getString("why"));
      default:
        return new Outcome.Unknown(json.getString("why", "the leader does not say"));
    }
  }
}
