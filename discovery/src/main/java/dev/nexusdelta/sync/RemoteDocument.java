package dev.nexusdelta.sync;

import io.vertx.core.json.JsonObject;

/**
 * An agent as an outside registry keeps it. Its content is somebody else's word: unchecked.
 *
 * @param key lower-case name of the agent, the document's name
 * @param updateTime when it was written, by the outside registry's own time; as text whose order is
 *     that of time
 */
public record RemoteDocument(String key, String updateTime, JsonObject content) {}
