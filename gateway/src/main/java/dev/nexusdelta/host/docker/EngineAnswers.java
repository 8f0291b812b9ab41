package dev.nexusdelta.host.docker;

import dev.nexusdelta.host.docker.EngineReport.Base;
import dev.nexusdelta.host.docker.EngineReport.Images;
import dev.nexusdelta.host.docker.EngineReport.Owner;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** Reads what a checkup wants to know out of the engine's answers. Pure. */
final class EngineAnswers {
  private EngineAnswers() {}

  static boolean isElsewhere(JsonObject about) {
    boolean rootless =
        about.getJsonArray("SecurityOptions", new JsonArray()).stream()
            .anyMatch(option -> String.valueOf(option).contains("name=rootless"));
    return rootless || about.getString("OperatingSystem", "").contains("Docker Desktop");
  }

  static Optional<Base> base(JsonObject image) {
    if (image.isEmpty()) {
      return Optional.empty();
    }
    JsonObject labels = labels(image.getJsonObject("Config", new JsonObject()));
    return Optional.of(
        new Base(labels.getString("nexus.java", ""), labels.getString("nexus.runtime", "")));
  }

  static Optional<Owner> owner(JsonObject volume) {
    JsonObject labels = labels(volume);
    return volume.isEmpty()
        ? Optional.empty()
        : Optional.of(
            new Owner(labels.getString(Labels.HOST, ""), labels.getString(Labels.DATA, "")));
  }

  static boolean isRunning(JsonObject container) {
    return "running".equals(container.getString("State"));
  }

  static String name(JsonObject container) {
    JsonArray names = container.getJsonArray("Names", new JsonArray());
    return names == null || names.isEmpty()
        ? container.getString("Id")
        : names.getString(0).replace("/", "");
  }

  static List<Integer> published(JsonObject container) {
    return objects(container.getJsonArray("Ports", new JsonArray())).stream()
        .filter(port -> port.getInteger("PublicPort") != null)
        .map(port -> port.getInteger("PublicPort"))
        .distinct()
        .toList();
  }

  /**
   * Images of agents that no container uses, each without the base that they share.
   *
   * @param base bytes of that
   */
  static Images unused(JsonArray images, JsonArray containers, long base) {
    Set<String> used =
        objects(containers).stream()
            .map(container -> container.getString("ImageID"))
            .collect(Collectors.toSet());
    return sum(
        objects(images).stream()
            .filter(image -> "agent".equals(labels(image).getString(Labels.IMAGE)))
            .filter(image -> !used.contains(image.getString("Id")) && !isDangling(image))
            .toList(),
        base);
  }

  static Images dangling(JsonArray images) {
    return sum(objects(images).stream().filter(EngineAnswers::isDangling).toList(), 0);
  }

  static boolean isDangling(JsonObject image) {
    JsonArray tags = image.getJsonArray("RepoTags");
    return tags == null || tags.isEmpty() || tags.contains("<none>:<none>");
  }

  static Images sum(List<JsonObject> images, long base) {
    return new Images(
        images.size(),
        images.stream().mapToLong(image -> Math.max(0, image.getLong("Size", 0L) - base)).sum());
  }

  static List<String> names(JsonArray events) {
    return objects(events).stream()
        .map(event -> event.getJsonObject("Actor", new JsonObject()))
        .map(actor -> actor.getJsonObject("Attributes", new JsonObject()).getString("name", ""))
        .filter(name -> !name.isEmpty())
        .toList();
  }

  /** First addresses of a network's ranges. */
  static List<String> subnets(JsonObject network) {
    JsonObject ranges = network.getJsonObject("IPAM");
    return ranges == null
        ? List.of()
        : objects(ranges.getJsonArray("Config")).stream()
            .map(range -> range.getString("Subnet", "").split("/", -1)[0])
            .toList();
  }

  static JsonObject labels(JsonObject of) {
    JsonObject labels = of.getJsonObject("Labels");
    return labels == null ? new JsonObject() : labels;
  }

  static List<JsonObject> objects(JsonArray array) {
    return array == null
        ? List.of()
        : IntStream.range(0, array.size()).mapToObj(array::getJsonObject).toList();
  }
}
