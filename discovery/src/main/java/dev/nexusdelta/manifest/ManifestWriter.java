package dev.nexusdelta.manifest;

import dev.nexusdelta.manifest.Manifest.Scale;
import dev.nexusdelta.manifest.Manifest.ToolDeclaration;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.net.URI;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.TreeMap;

/**
 * Writes a manifest as JSON with the keys and spellings of {@code agent.yaml}, defaults included,
 * always in the same order: equal manifests give equal text. What it writes, {@link ManifestReader}
 * reads back as an equal manifest.
 */
public final class ManifestWriter {
  private ManifestWriter() {}

  /**
   * The canonical form. Keys without a value (no wished port, no scale, no allowed literals) are
   * absent.
   */
  public static JsonObject write(Manifest manifest) {
    JsonObject json =
        new JsonObject()
            .put("name", manifest.name().value())
            .put("version", manifest.version())
            .put("description", manifest.description())
            .put("category", manifest.category())
            .put("model", manifest.model())
            .put("capabilities", strings(manifest.capabilities()))
            .put("run", run(manifest.run()));
    manifest.port().ifPresent(port -> json.put("port", port));
    json.put("env", env(manifest.env()))
        .put("secrets", strings(manifest.secrets()))
        .put("resources", resources(manifest.resources()))
        .put("health", health(manifest.health()))
        .put("limits", limits(manifest.limits()))
        .put("balance", balance(manifest.balance()));
    manifest.scale().ifPresent(scale -> json.put("scale", scale(scale)));
    JsonArray tools = new JsonArray();
    manifest.tools().forEach(tool -> tools.add(tool(tool)));
    json.put("tools", tools).put("expose", strings(manifest.expose()));
    // Absent where there are none, so that manifests without it keep their text and its hashes.
    return manifest.allowedLiterals().isEmpty()
        ? json
        : json.put(LiteralSecrets.ALLOWING, strings(manifest.allowedLiterals()));
  }

  private static JsonObject run(Run run) {
    return run.fold(
        java ->
            new JsonObject().put("java", java.file()).put("classpath", strings(java.classpath())),
        command -> new JsonObject().put("command", command.line()),
        image ->
            new JsonObject()
                .put("image", image.reference())
                .put("container-port", image.containerPort())
                .put("volumes", volumes(image.volumes())),
        url ->
            new JsonObject()
                .put("url", strings(url.addresses().stream().map(URI::toString).toList())));
  }

  private static JsonArray volumes(List<Run.Volume> volumes) {
    JsonArray json = new JsonArray();
    for (Run.Volume volume : volumes) {
      json.add(
          new JsonObject()
              .put("name", volume.name())
              .put("path", volume.path())
              .put("readOnly", volume.readOnly()));
    }
    return json;
  }

  private static JsonObject env(Map<String, String> env) {
    JsonObject json = new JsonObject();
    new TreeMap<>(env).forEach(json::put);
    return json;
  }

  private static JsonObject resources(Manifest.Resources resources) {
    JsonObject json = new JsonObject();
    resources.memoryBytes().ifPresent(bytes -> json.put("memory", SizeText.format(bytes)));
    putNumber(json, "cpus", resources.cpus());
    return json;
  }

  private static JsonObject health(Manifest.Health health) {
    return new JsonObject()
        .put("path", health.path())
        .put("interval", DurationText.format(health.interval()))
        .put("timeout", DurationText.format(health.timeout()))
        .put("start", DurationText.format(health.start()));
  }

  private static JsonObject limits(Manifest.Limits limits) {
    return new JsonObject()
        .put("timeout", DurationText.format(limits.timeout()))
        .put("idle", DurationText.format(limits.idle()))
        .put("concurrency", limits.concurrency())
        .put("queue", limits.queue())
        .put("request", SizeText.format(limits.requestBytes()));
  }

  /** One word where that says it all. */
  private static Object balance(Manifest.Balance balance) {
    String policy = balance.policy().word();
    return balance.header().isEmpty() || balance.header().equals(Manifest.Balance.KEY_HEADER)
        ? policy
        : new JsonObject().put("policy", policy).put("header", balance.header());
  }

  private static JsonObject scale(Scale scale) {
    JsonObject json = new JsonObject().put("min", scale.min()).put("max", scale.max());
    putNumber(json, "target-rps", scale.targetRps());
    putNumber(json, "target-concurrency", scale.targetConcurrency());
    return json.put("window", DurationText.format(scale.window()));
  }

  private static JsonObject tool(ToolDeclaration tool) {
    JsonObject json =
        new JsonObject().put("name", tool.name()).put("description", tool.description());
    tool.inputSchema().ifPresent(text -> json.put("input-schema", new JsonObject(text)));
    tool.outputSchema().ifPresent(text -> json.put("output-schema", new JsonObject(text)));
    json.put("read-only", tool.readOnly())
        .put("idempotent", tool.idempotent())
        .put("destructive", tool.destructive());
    tool.timeout().ifPresent(it -> json.put("timeout", DurationText.format(it)));
    tool.concurrency().ifPresent(it -> json.put("concurrency", it));
    return json;
  }

  private static JsonArray strings(List<String> values) {
    return new JsonArray(List.copyOf(values));
  }

  /** Whole numbers without a fraction: {@code 50}, not {@code 50.0}. */
  private static void putNumber(JsonObject json, String key, OptionalDouble number) {
    number.ifPresent(
        value -> json.put(key, value == Math.rint(value) ? (Object) (long) value : value));
  }
}
