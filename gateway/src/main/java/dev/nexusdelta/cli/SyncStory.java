package dev.nexusdelta.cli;

import dev.nexusdelta.sdk.JsonValue;

/** What people read of how the registry and the one outside stand. */
final class SyncStory {
  private SyncStory() {}

  /**
   * {@code degraded, 3 agents wait, for 12.0 s: cannot reach Firestore …}; empty where it is off.
   */
  static String all(JsonValue registry) {
    String state = registry.get("sync").text("off");
    if (state.equals("off")) {
      return "";
    }
    String pending = registry.get("pending").text("0");
    String waits =
        pending.equals("0")
            ? ""
            : ", "
                + pending
                + (pending.equals("1") ? " agent waits" : " agents wait")
                + ", for "
                + registry.get("lagSeconds").text()
                + " s";
    String reason = registry.get("reason").text();
    return state + waits + (reason.isEmpty() ? "" : ": " + reason);
  }

  /** Of one agent: what stands in its way too. */
  static String of(JsonValue agent, JsonValue registry) {
    String state = agent.get("sync").text("off");
    if (state.equals("off")) {
      return "";
    }
    for (JsonValue refused : registry.get("refused").items()) {
      if (refused.get("agent").text().equalsIgnoreCase(agent.get("name").text())) {
        return "refused: " + refused.get("reason").text();
      }
    }
    String all = registry.get("sync").text();
    return all.equals("degraded") || all.equals("held")
        ? state + "; the registry is " + all(registry)
        : state;
  }
}
