package dev.nexusdelta.sync;

import dev.nexusdelta.manifest.AgentName;
import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonObject;
import java.util.HashMap;
import java.util.Map;

/**
 * What the gateway that leads tells the others of the sync. Unknown members are ignored, missing
 * ones say nothing.
 */
record SyncNotice(boolean known, String trouble, boolean held, Map<AgentName, String> refused) {
  /** Nobody has told anything. */
  static final SyncNotice NOTHING = new SyncNotice(false, "", false, Map.of());

  SyncNotice {
    refused = Map.copyOf(refused);
  }

  static SyncNotice of(RegistrySync sync) {
    SyncStatus status = sync.status().orElseThrow();
    return new SyncNotice(status.known(), status.trouble(), status.held(), sync.refused());
  }

  String text() {
    JsonObject reasons = new JsonObject();
    refused.forEach((agent, reason) -> reasons.put(agent.value(), reason));
    return new JsonObject()
        .put("known", known)
        .put("trouble", trouble)
        .put("held", held)
        .put("refused", reasons)
        .encode();
  }

  /** Reads {@link #text}; anything else says nothing. */
  static SyncNotice read(String text) {
    if (text.isEmpty()) {
      return NOTHING;
    }
    try {
      JsonObject json = new JsonObject(text);
      Map<AgentName, String> refused = new HashMap<>();
      json.getJsonObject("refused", new JsonObject())
          .forEach(
              entry ->
                  refused.put(new AgentName(entry.getKey()), String.valueOf(entry.getValue())));
      return new SyncNotice(
          json.getBoolean("known", false),
          json.getString("trouble", ""),
          json.getBoolean("held", false),
          refused);
    } catch (DecodeException | ClassCastException | IllegalArgumentException e) {
      return NOTHING;
    }
  }
}
