package dev.nexusdelta.host.docker;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * A release made startable.
 *
 * @param image reference of the image that its containers run
 * @param entrypoint empty = the image's own
 * @param command empty = the image's own
 * @param port on which it listens inside
 * @param java its replicas are Java agents on our runtime
 * @param folder the agent's: {@code ${file:…}} is relative to it
 */
record Prepared(
    String image,
    Optional<List<String>> entrypoint,
    List<String> command,
    int port,
    boolean java,
    Path folder) {
  /** Copies the lists. */
  Prepared {
    entrypoint = entrypoint.map(List::copyOf);
    command = List.copyOf(command);
  }

  String toJson() {
    return new JsonObject()
        .put("image", image)
        .put("entrypoint", entrypoint.map(JsonArray::new).orElse(null))
        .put("command", new JsonArray(command))
        .put("port", port)
        .put("java", java)
        .put("folder", folder.toString())
        .encode();
  }

  /** Fails with a {@link RuntimeException} on anything but a whole record. */
  static Prepared fromJson(String text) {
    JsonObject json = new JsonObject(text);
    return new Prepared(
        json.getString("image"),
        Optional.ofNullable(json.getJsonArray("entrypoint")).map(Prepared::texts),
        texts(json.getJsonArray("command")),
        json.getInteger("port"),
        json.getBoolean("java"),
        Path.of(json.getString("folder")));
  }

  private static List<String> texts(JsonArray array) {
    return array.stream().map(String::valueOf).toList();
  }
}
