package dev.nexusdelta.sync;

import dev.nexusdelta.discovery.AgentSpec;
import dev.nexusdelta.discovery.ToolInfo;
import dev.nexusdelta.manifest.AgentName;
import dev.nexusdelta.manifest.Manifest;
import dev.nexusdelta.manifest.ManifestFault;
import dev.nexusdelta.manifest.ManifestReader;
import dev.nexusdelta.manifest.ManifestResult;
import dev.nexusdelta.manifest.ManifestWriter;
import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * What a document of the outside registry says of an agent, checked.
 *
 * <p>Its shape: {@code schema} (1), {@code name}, {@code revision}, {@code enabled}, {@code pinned}
 * where set, {@code deleted}, {@code updated}, {@code by}; {@code card}: {@code purpose}, {@code
 * category}, {@code model}, {@code capabilities}, and for readers only {@code version}, {@code
 * tools}, {@code endpoint}; {@code manifest}: everything else of {@code agent.yaml}, where JSON
 * Schemas are text (Firestore knows no array within an array). {@code env} is written as it stands
 * in the manifest, never resolved.
 *
 * @param manifest complete
 */
record AgentDocument(Manifest manifest, boolean enabled, OptionalInt pinned, boolean deleted) {
  /** The shape that is written, and the only one that is read. */
  static final int SCHEMA = 1;

  private static final List<String> SCHEMAS_OF_TOOLS = List.of("input-schema", "output-schema");

  static AgentDocument of(AgentSpec spec) {
    return new AgentDocument(spec.manifest(), spec.enabled(), spec.pinned(), spec.deleted());
  }

  /** Of what it says: equal documents have equal ones, whatever the order of their keys. */
  String digest() {
    String text = enabled + " " + pinned + " " + deleted + " " + ManifestWriter.write(manifest);
    try {
      byte[] hash =
          MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
      return HexFormat.of().formatHex(hash);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }

  /**
   * The document of a spec.
   *
   * @param tools as learnt, for the card
   */
  static JsonObject write(AgentSpec spec, List<ToolInfo> tools) {
    JsonObject manifest = ManifestWriter.write(spec.manifest());
    manifest.remove("name");
    JsonObject card =
        new JsonObject()
            .put("purpose", manifest.remove("description"))
            .put("category", manifest.remove("category"))
            .put("model", manifest.remove("model"))
            .put("capabilities", manifest.remove("capabilities"))
            .put("version", spec.manifest().version())
            .put("tools", cardTools(tools))
            .put("endpoint", "/agents/" + spec.name().key() + "/execute");
    toolSchemas(manifest, JsonObject.class, JsonObject::encode);
    JsonObject json =
        new JsonObject()
            .put("schema", SCHEMA)
            .put("name", spec.name().value())
            .put("revision", spec.revision())
            .put("enabled", spec.enabled());
    spec.pinned().ifPresent(count -> json.put("pinned", count));
    return json.put("deleted", spec.deleted())
        .put("updated", spec.updated().toString())
        .put("by", spec.by())
        .put("card", card)
        .put("manifest", manifest);
  }

  /** As the card shows them. */
  static JsonArray cardTools(List<ToolInfo> tools) {
    JsonArray json = new JsonArray();
    tools.forEach(
        tool ->
            json.add(
                new JsonObject()
                    .put("name", tool.name())
                    .put("description", tool.description())
                    .put("readOnly", tool.readOnly())
                    .put("idempotent", tool.idempotent())
                    .put("destructive", tool.destructive())));
    return json;
  }

  /**
   * Reads and checks a document.
   *
   * @param local the agent as it is here, if it is; what stands in its {@code env} may stand there
   * @throws IllegalArgumentException says what is wrong with it
   */
  static AgentDocument read(RemoteDocument document, Optional<AgentSpec> local) {
    JsonObject json = document.content();
    if (!(json.getValue("schema") instanceof Number schema) || schema.longValue() != SCHEMA) {
      throw refused(
          "schema", json.getValue("schema"), SCHEMA + ", the one that this program knows");
    }
    if (!(json.getValue("name") instanceof String name)
        || !AgentName.isValid(name)
        || !new AgentName(name).key().equals(document.key())) {
      throw refused("name", json.getValue("name"), "'" + document.key() + "' in any case");
    }
    JsonObject manifest = object(json, "manifest").copy().put("name", name);
    JsonObject card = object(json, "card");
    rename(card, "purpose", manifest, "description");
    for (String key : List.of("category", "model", "capabilities")) {
      rename(card, key, manifest, key);
    }
    toolSchemas(manifest, String.class, AgentDocument::schema);
    return new AgentDocument(
        checked(
            local
                .map(spec -> ManifestReader.readJson(manifest.encode(), spec.manifest()))
                .orElseGet(() -> ManifestReader.readJson(manifest.encode()))),
        truth(json, "enabled", true),
        pinned(json),
        truth(json, "deleted", false));
  }

  private static void rename(JsonObject from, String key, JsonObject to, String newKey) {
    if (from.getValue(key) != null) {
      to.put(newKey, from.getValue(key));
    }
  }

  private static JsonObject schema(String text) {
    try {
      return new JsonObject(text);
    } catch (DecodeException e) {
      throw new IllegalArgumentException("a schema in 'manifest.tools' is no JSON object", e);
    }
  }

  private interface Turned<T> {
    Object by(T value);
  }

  private static <T> void toolSchemas(JsonObject manifest, Class<T> form, Turned<T> turned) {
    if (manifest.getValue("tools") instanceof JsonArray tools) {
      JsonArray written = new JsonArray();
      for (int i = 0; i < tools.size(); i++) {
        Object tool = tools.getValue(i);
        if (tool instanceof JsonObject known) {
          JsonObject copy = known.copy();
          for (String key : SCHEMAS_OF_TOOLS) {
            Object value = copy.getValue(key);
            if (form.isInstance(value)) {
              copy.put(key, turned.by(form.cast(value)));
            }
          }
          tool = copy;
        }
        written.add(tool);
      }
      manifest.put("tools", written);
    }
  }

  private static Manifest checked(ManifestResult result) {
    return result.fold(
        manifest -> manifest,
        faults -> {
          ManifestFault first = faults.get(0);
          throw new IllegalArgumentException(
              "'manifest' or 'card' is refused: " + first.pointer() + ": " + first.message());
        });
  }

  private static JsonObject object(JsonObject json, String key) {
    if (json.getValue(key) instanceof JsonObject object) {
      return object;
    }
    throw refused(key, json.getValue(key), "a map");
  }

  private static boolean truth(JsonObject json, String key, boolean fallback) {
    Object value = json.getValue(key, fallback);
    if (value instanceof Boolean truth) {
      return truth;
    }
    throw refused(key, value, "true or false");
  }

  private static OptionalInt pinned(JsonObject json) {
    Object value = json.getValue("pinned");
    if (value == null) {
      return OptionalInt.empty();
    }
    if (value instanceof Number number
        && number.doubleValue() == number.intValue()
        && number.intValue() >= 0
        && number.intValue() <= 1000) {
      return OptionalInt.of(number.intValue());
    }
    throw refused("pinned", value, "a whole number of 0 to 1000, or none");
  }

  private static IllegalArgumentException refused(String key, Object value, String expected) {
    String text = String.valueOf(value);
    return new IllegalArgumentException(
        "'"
            + key
            + "' is "
            + (text.length() > 100 ? text.substring(0, 100) + "…" : text)
            + ", expected "
            + expected);
  }
}
