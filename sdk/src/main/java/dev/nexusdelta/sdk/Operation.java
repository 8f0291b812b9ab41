package dev.nexusdelta.sdk;

import java.util.List;

/**
 * Work that the gateway has accepted and that takes its time.
 *
 * @param id to ask for it again; empty for a change that was complete at once
 * @param kind {@code start stop restart scale change delete apply}
 * @param state {@code running}, {@code done} or {@code failed}
 * @param detail what is going on, or the cause of the failure
 * @param lastLines log lines that explain a failure
 */
public record Operation(
    String id, String kind, String agent, String state, String detail, List<String> lastLines) {
  /** Copies the list. */
  public Operation {
    lastLines = List.copyOf(lastLines);
  }

  /** Whether nothing more will happen. */
  public boolean ended() {
    return !state.equals("running");
  }

  /** Whether what was asked for holds. */
  public boolean done() {
    return state.equals("done");
  }

  static Operation from(JsonValue json) {
    return new Operation(
        json.get("id").text(),
        json.get("kind").text(),
        json.get("agent").text(),
        json.get("state").text("running"),
        json.get("detail").text(),
        json.get("lastLines").items().stream().map(JsonValue::text).toList());
  }

  static Operation settled(String kind, String agent) {
    return new Operation("", kind, agent, "done", "", List.of());
  }
}
