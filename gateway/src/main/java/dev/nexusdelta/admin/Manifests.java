package dev.nexusdelta.admin;

import dev.nexusdelta.admin.Source.Drift;
import dev.nexusdelta.manifest.Manifest;
import dev.nexusdelta.manifest.ManifestFault;
import dev.nexusdelta.manifest.ManifestPatch;
import dev.nexusdelta.manifest.ManifestReader;
import dev.nexusdelta.manifest.ManifestWriter;
import dev.nexusdelta.problem.Problem;
import dev.nexusdelta.problem.ProblemCode;
import dev.nexusdelta.problem.ProblemException;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Manifests as the admin API takes them in and compares them. Pure. */
final class Manifests {
  private Manifests() {}

  /**
   * The manifest that a body describes.
   *
   * @throws ProblemException 422 that names every fault
   */
  static Manifest read(Map<String, @Nullable Object> body) {
    return ManifestReader.readJson(new JsonObject(body).encode())
        .fold(manifest -> manifest, Manifests::refuse);
  }

  /**
   * The manifest that a body describes, which takes the place of another one.
   *
   * @throws ProblemException 422 that names every fault
   */
  static Manifest read(Map<String, @Nullable Object> body, Manifest before) {
    return ManifestReader.readJson(new JsonObject(body).encode(), before)
        .fold(manifest -> manifest, Manifests::refuse);
  }

  /**
   * The manifest after a merge patch.
   *
   * @throws ProblemException 422 that names every fault
   */
  static Manifest patched(Manifest manifest, Map<String, @Nullable Object> patch) {
    return ManifestPatch.apply(manifest, new JsonObject(patch))
        .fold(changed -> changed, Manifests::refuse);
  }

  private static Manifest refuse(List<ManifestFault> faults) {
    List<Problem.Fault> errors =
        faults.stream().map(fault -> new Problem.Fault(fault.pointer(), fault.message())).toList();
    String detail =
        "the manifest is refused: "
            + faults.stream()
                .limit(3)
                .map(
                    fault ->
                        (fault.pointer().isEmpty() ? "" : fault.pointer() + " ") + fault.message())
                .collect(Collectors.joining("; "))
            + (faults.size() > 3 ? "; and " + (faults.size() - 3) + " more" : "");
    throw new ProblemException(Problem.of(ProblemCode.INVALID_PARAMETERS, detail).errors(errors));
  }

  /** The keys in which a file differs from the registry, with dots, sorted. */
  static List<Drift> difference(Manifest file, Manifest registry) {
    if (file.equals(registry)) {
      return List.of();
    }
    Map<String, Object> left = flat(file);
    Map<String, Object> right = flat(registry);
    TreeSet<String> keys = new TreeSet<>(left.keySet());
    keys.addAll(right.keySet());
    List<Drift> drift = new ArrayList<>();
    for (String key : keys) {
      Object inFile = left.get(key);
      Object inRegistry = right.get(key);
      if (inFile == null || !inFile.equals(inRegistry)) {
        drift.add(new Drift(key, Optional.ofNullable(inFile), Optional.ofNullable(inRegistry)));
      }
    }
    return drift;
  }

  private static Map<String, Object> flat(Manifest manifest) {
    Map<String, Object> flat = new TreeMap<>();
    flatten("", ManifestWriter.write(manifest), flat);
    return flat;
  }

  private static void flatten(String prefix, JsonObject json, Map<String, Object> flat) {
    for (Map.Entry<String, Object> entry : json) {
      if (entry.getValue() instanceof JsonObject inner) {
        flatten(prefix + entry.getKey() + ".", inner, flat);
      } else if (entry.getValue() != null) {
        flat.put(prefix + entry.getKey(), entry.getValue());
      }
    }
  }
}
