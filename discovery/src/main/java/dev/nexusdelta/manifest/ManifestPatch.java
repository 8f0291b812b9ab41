package dev.nexusdelta.manifest;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Changes a manifest by a JSON merge patch (RFC 7396) and checks the outcome like any manifest.
 *
 * <p>Two conveniences beyond the RFC: naming another form under {@code run} replaces the old form
 * (nobody wants both), and {@code tools} may be patched by tool name.
 */
public final class ManifestPatch {
  private ManifestPatch() {}

  /** The patched manifest, or what is wrong with it; faults have pointers but no line. */
  public static ManifestResult apply(Manifest manifest, JsonObject patch) {
    JsonObject target = ManifestWriter.write(manifest);
    if (patch.getValue("run") instanceof JsonObject run
        && RunReader.FORMS.stream().anyMatch(form -> run.getValue(form) != null)) {
      dropOtherForms(target.getJsonObject("run"), run);
    }
    if (patch.getValue("tools") instanceof JsonObject) {
      target.put("tools", byName(target.getJsonArray("tools")));
    }
    return ManifestReader.readJson(merge(target, patch).encode(), manifest)
        .fold(read -> sameName(manifest, read), ManifestPatch::withoutPlaces);
  }

  private static void dropOtherForms(JsonObject target, JsonObject run) {
    boolean same =
        target.fieldNames().stream()
            .anyMatch(key -> run.getValue(key) != null && RunReader.FORMS.contains(key));
    if (!same) {
      target.clear();
    }
  }

  private static JsonObject byName(JsonArray tools) {
    JsonObject named = new JsonObject();
    for (int i = 0; i < tools.size(); i++) {
      JsonObject tool = tools.getJsonObject(i);
      named.put(tool.getString("name"), tool);
    }
    return named;
  }

  private static JsonObject merge(JsonObject target, JsonObject patch) {
    JsonObject merged = target.copy();
    for (Map.Entry<String, Object> entry : patch) {
      String key = entry.getKey();
      Object value = entry.getValue();
      if (value == null) {
        merged.remove(key);
      } else if (value instanceof JsonObject inner) {
        Object old = merged.getValue(key);
        merged.put(key, merge(old instanceof JsonObject it ? it : new JsonObject(), inner));
      } else {
        merged.put(key, value);
      }
    }
    return merged;
  }

  private static ManifestResult sameName(Manifest before, Manifest after) {
    if (before.name().equals(after.name())) {
      return new ManifestResult.Ok(after);
    }
    String message =
        "name is '"
            + after.name()
            + "'; an agent keeps its name '"
            + before.name()
            + "', create another one instead";
    return new ManifestResult.Invalid(List.of(new ManifestFault(0, 0, "/name", message)));
  }

  private static ManifestResult withoutPlaces(List<ManifestFault> faults) {
    List<ManifestFault> moved = new ArrayList<>();
    for (ManifestFault fault : faults) {
      moved.add(new ManifestFault(0, 0, fault.pointer(), fault.message()));
    }
    return new ManifestResult.Invalid(moved);
  }
}
