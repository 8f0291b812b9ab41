package dev.nexusdelta.host.docker;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * A release made startable.
 *
 * @param image id of the image that its containers run: a name may come to mean another
 * @param reference the name by which people know it
 * @param entrypoint empty = the image's own
 * @param command empty = the image's own
 * @param port on which it listens inside
 * @param java its replicas are Java agents on our runtime
 * @param base id of the image on which that of a Java agent stands, else empty
 * @param folder the agent's: {@code ${file:…}} is relative to it
 */
record Prepared(
    String image,
    String reference,
    Optional<List<String>> entrypoint,
    List<String> command,
    int port,
    boolean java,
    String base,
    Path folder) {
  /** Copies the lists. */
  Prepared {
    entrypoint = entrypoint.map(List::copyOf);
    command = List.copyOf(command);
  }

  Prepared in(Path newFolder) {
    return new Prepared(image, reference, entrypoint, command, port, java, base, newFolder);
  }

  /** The same on another image of the same content. */
  Prepared on(String newImage) {
    return new Prepared(newImage, reference, entrypoint, command, port, java, base, folder);
  }

  String toJson() {
    return new JsonObject()
        .put("image", image)
        .put("reference", reference)
        .put("entrypoint", entrypoint.map(JsonArray::new).orElse(null))
        .put("command", new JsonArray(command))
        .put("port", port)
        .put("java", java)
        .put("base", base)
        .put("folder", folder.toString())
        .encode();
  }

  /** Fails with a {@link RuntimeException} on anything but a whole record. */
  static Prepared fromJson(String text) {
    JsonObject json = new JsonObject(text);
    return new Prepared(
        json.getString("image"),
        json.getString("reference", json.getString("image")),
        Optional.ofNullable(json.getJsonArray("entrypoint")).map(Prepared::texts),
        texts(json.getJsonArray("command")),
        json.getInteger("port"),
        json.getBoolean("java"),
        json.getString("base"),
        Path.of(json.getString("folder")));
  }

  private static List<String> texts(JsonArray array) {
    return array.stream().map(String::valueOf).toList();
  }
}
