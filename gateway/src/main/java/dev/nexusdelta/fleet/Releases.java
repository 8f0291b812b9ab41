package dev.nexusdelta.fleet;

import dev.nexusdelta.discovery.AgentSpec;
import dev.nexusdelta.discovery.Release;
import dev.nexusdelta.manifest.AgentName;
import dev.nexusdelta.manifest.Manifest;
import dev.nexusdelta.manifest.Run;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.TreeMap;

/** Makes releases out of specs. Pure. */
final class Releases {
  private static final int ID_BYTES = 6;

  private Releases() {}

  /** The release that a spec wants, without tools. */
  static Release of(AgentSpec spec, Instant now) {
    return new Release(
        spec.name(),
        id(spec.manifest(), spec.codeHash(), spec.generation()),
        spec.manifest().version(),
        spec.manifest(),
        spec.codeHash(),
        spec.generation(),
        100,
        List.of(),
        now);
  }

  /**
   * 12 hex digits of the hash of everything that a replica can see. Stable over versions of this
   * program: a new field is left out while it has its default.
   */
  static String id(Manifest manifest, String codeHash, int generation) {
    JsonObject json =
        new JsonObject()
            .put("code", codeHash)
            .put("env", new JsonObject(new TreeMap<String, Object>(manifest.env())))
            .put("generation", generation)
            .put("resources", resources(manifest.resources()))
            .put("run", run(manifest.run()))
            .put("secrets", new JsonArray(manifest.secrets().stream().sorted().toList()))
            .put("version", manifest.version());
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      byte[] hash = digest.digest(json.encode().getBytes(StandardCharsets.UTF_8));
      return HexFormat.of().formatHex(hash, 0, ID_BYTES);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }

  private static JsonObject resources(Manifest.Resources resources) {
    JsonObject json = new JsonObject();
    resources.cpus().ifPresent(cpus -> json.put("cpus", cpus));
    resources.memoryBytes().ifPresent(bytes -> json.put("memory", bytes));
    return json;
  }

  private static JsonObject run(Run run) {
    return run.fold(
        java ->
            new JsonObject()
                .put("java", java.file())
                .put("classpath", new JsonArray(java.classpath())),
        command -> new JsonObject().put("command", command.line()),
        Releases::image,
        url ->
            new JsonObject()
                .put("url", new JsonArray(url.addresses().stream().map(String::valueOf).toList())));
  }

  private static JsonObject image(Run.Image image) {
    JsonObject json =
        new JsonObject()
            .put("image", image.reference())
            .put("container-port", image.containerPort());
    if (!image.volumes().isEmpty()) {
      JsonArray volumes = new JsonArray();
      image
          .volumes()
          .forEach(it -> volumes.add(it.name() + ":" + it.path() + (it.readOnly() ? ":ro" : "")));
      json.put("volumes", volumes);
    }
    return json;
  }

  /** Names a release of which nothing but the id is known, so that its replicas can be ended. */
  static Release unknown(AgentName agent, String id) {
    Manifest manifest =
        new Manifest(
            agent,
            "unknown",
            "",
            "",
            "",
            List.of(),
            new Run.Command(""),
            OptionalInt.empty(),
            Map.of(),
            List.of(),
            new Manifest.Resources(OptionalLong.empty(), OptionalDouble.empty()),
            new Manifest.Health(
                "/health", Duration.ofSeconds(1), Duration.ofSeconds(1), Duration.ofSeconds(60)),
            new Manifest.Limits(
                Duration.ofSeconds(30), Duration.ofSeconds(300), 64, 128, 4L * 1024 * 1024),
            Manifest.Balance.ROUND_ROBIN,
            Optional.empty(),
            List.of(),
            List.of(),
            List.of());
    return adopted(agent, id, manifest);
  }

  /**
   * An older release that is no longer on record, as the present manifest describes it; but what
   * that declares of tools is not known to hold for older code.
   */
  static Release adopted(AgentName agent, String id, Manifest manifest) {
    return new Release(
        agent,
        id,
        manifest.version(),
        withoutTools(manifest),
        "",
        0,
        100,
        List.of(),
        Instant.EPOCH);
  }

  private static Manifest withoutTools(Manifest manifest) {
    return new Manifest(
        manifest.name(),
        manifest.version(),
        manifest.description(),
        manifest.category(),
        manifest.model(),
        manifest.capabilities(),
        manifest.run(),
        manifest.port(),
        manifest.env(),
        manifest.secrets(),
        manifest.resources(),
        manifest.health(),
        manifest.limits(),
        manifest.balance(),
        manifest.scale(),
        List.of(),
        manifest.expose(),
        manifest.allowedLiterals());
  }
}
