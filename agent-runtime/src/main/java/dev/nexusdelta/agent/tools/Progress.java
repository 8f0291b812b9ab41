package dev.nexusdelta.agent.tools;

import dev.nexusdelta.agent.json.JsonWriter;

/**
 * How far a tool has come.
 *
 * @param total 0 or less = not known
 * @param message for people; empty = none
 */
public record Progress(long done, long total, String message) {

  void write(JsonWriter out) {
    out.object().property("done", done);
    if (total > 0) {
      out.property("total", total);
    }
    if (!message.isEmpty()) {
      out.property("message", message);
    }
    out.endObject();
  }
}
