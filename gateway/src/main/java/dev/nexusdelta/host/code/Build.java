package dev.nexusdelta.host.code;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * A release made startable.
 *
 * @param folder the agent's folder: working directory of its replicas
 * @param mainClass empty for command agents
 * @param jars absolute, the agent's own first; empty for command agents
 * @param feature the JDK that compiled it: an older one cannot run it; 0 = was not compiled here
 */
public record Build(Path folder, Optional<String> mainClass, List<Path> jars, int feature) {
  /** Copies the list. */
  public Build {
    jars = List.copyOf(jars);
  }

  /** Jars are written relative to {@code home}, so that a data folder may be moved. */
  String toJson(Path home) {
    JsonArray names = new JsonArray();
    jars.forEach(jar -> names.add(home.relativize(jar).toString()));
    return new JsonObject()
        .put("folder", folder.toString())
        .put("mainClass", mainClass.orElse(null))
        .put("jars", names)
        .put("feature", feature)
        .encode();
  }

  static Build fromJson(String text, Path home) {
    JsonObject json = new JsonObject(text);
    return new Build(
        Path.of(json.getString("folder")),
        Optional.ofNullable(json.getString("mainClass")),
        json.getJsonArray("jars").stream().map(name -> home.resolve(name.toString())).toList(),
        json.getInteger("feature"));
  }

  Build in(Path newFolder) {
    return new Build(newFolder, mainClass, jars, feature);
  }
}
