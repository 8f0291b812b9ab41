package dev.nexusdelta.discovery;

import dev.nexusdelta.manifest.AgentName;
import dev.nexusdelta.manifest.Manifest;
import dev.nexusdelta.manifest.ManifestReader;
import dev.nexusdelta.manifest.ManifestWriter;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Specs and releases as JSON documents: the form in which they are stored and sent between
 * gateways. Unknown keys are ignored when reading, so that a newer gateway may add some.
 */
public final class Documents {
  private Documents() {}

  /** The document of a spec. */
  public static JsonObject of(AgentSpec spec) {
    JsonObject json =
        new JsonObject()
            .put("name", spec.name().value())
            .put("revision", spec.revision())
            .put("deleted", spec.deleted())
            .put("enabled", spec.enabled());
    spec.pinned().ifPresent(count -> json.put("pinned", count));
    json.put("generation", spec.generation()).put("codeHash", spec.codeHash());
    spec.appliedHash().ifPresent(hash -> json.put("appliedHash", hash));
    return json.put("updated", spec.updated().toString())
        .put("by", spec.by())
        .put("manifest", ManifestWriter.write(spec.manifest()));
  }

  /**
   * Reads the document of a spec.
   *
   * @throws IllegalArgumentException if it is none
   */
  public static AgentSpec spec(JsonObject json) {
    return read(
        "agent",
        json,
        () ->
            new AgentSpec(
                new AgentName(json.getString("name")),
                manifest(json.getJsonObject("manifest")),
                json.getBoolean("enabled"),
                optional(json.getInteger("pinned")),
                json.getInteger("generation"),
                json.getLong("revision"),
                json.getString("codeHash"),
                Optional.ofNullable(json.getString("appliedHash")),
                json.getBoolean("deleted"),
                Instant.parse(json.getString("updated")),
                json.getString("by")));
  }

  /** The document of a release. */
  public static JsonObject of(Release release) {
    JsonArray tools = new JsonArray();
    release.tools().forEach(tool -> tools.add(of(tool)));
    return new JsonObject()
        .put("agent", release.agent().value())
        .put("id", release.id())
        .put("version", release.version())
        .put("codeHash", release.codeHash())
        .put("generation", release.generation())
        .put("weight", release.weight())
        .put("created", release.created().toString())
        .put("tools", tools)
        .put("manifest", ManifestWriter.write(release.manifest()));
  }

  /**
   * Reads the document of a release.
   *
   * @throws IllegalArgumentException if it is none
   */
  public static Release release(JsonObject json) {
    return read(
        "release",
        json,
        () -> {
          List<ToolInfo> tools = new ArrayList<>();
          JsonArray stored = json.getJsonArray("tools", new JsonArray());
          for (int i = 0; i < stored.size(); i++) {
            tools.add(tool(stored.getJsonObject(i)));
          }
          return new Release(
              new AgentName(json.getString("agent")),
              json.getString("id"),
              json.getString("version"),
              manifest(json.getJsonObject("manifest")),
              json.getString("codeHash"),
              json.getInteger("generation"),
              json.getInteger("weight"),
              tools,
              Instant.parse(json.getString("created")));
        });
  }

  /** The document of a tool. */
  public static JsonObject of(ToolInfo tool) {
    return new JsonObject()
        .put("name", tool.name())
        .put("description", tool.description())
        .put("inputSchema", tool.inputSchema())
        .put("outputSchema", tool.outputSchema())
        .put("readOnly", tool.readOnly())
        .put("idempotent", tool.idempotent())
        .put("destructive", tool.destructive());
  }

  /**
   * Reads the document of a tool; only its name must be there.
   *
   * @throws RuntimeException if it is none
   */
  public static ToolInfo tool(JsonObject json) {
    return new ToolInfo(
        Objects.requireNonNull(json.getString("name"), "a tool without a name"),
        json.getString("description", ""),
        json.getString("inputSchema", ""),
        json.getString("outputSchema", ""),
        json.getBoolean("readOnly", false),
        json.getBoolean("idempotent", false),
        json.getBoolean("destructive", false));
  }

  private static Manifest manifest(JsonObject json) {
    return ManifestReader.readStored(json.encode())
        .fold(
            manifest -> manifest,
            faults -> {
              throw new IllegalArgumentException("its manifest is refused: " + faults.get(0));
            });
  }

  private static OptionalInt optional(@Nullable Integer value) {
    return value == null ? OptionalInt.empty() : OptionalInt.of(value);
  }

  private static <T> T read(String what, JsonObject json, Supplier<T> reading) {
    try {
      return reading.get();
    } catch (RuntimeException e) {
      Object name = json.getValue("name", json.getValue("agent"));
      throw new IllegalArgumentException(
          "the stored " + what + " '" + name + "' cannot be read: " + e.getMessage(), e);
    }
  }
}
