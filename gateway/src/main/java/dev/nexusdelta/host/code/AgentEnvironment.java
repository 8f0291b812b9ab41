package dev.nexusdelta.host.code;

import dev.nexusdelta.host.StartFailedException;
import dev.nexusdelta.manifest.Manifest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Makes the environment of one replica: of the gateway's own only what every program needs, then
 * the manifest's values and secrets, then what the contract with agents promises, which therefore
 * cannot be overridden.
 */
public final class AgentEnvironment {
  /** All else belongs to the image: its paths are not this machine's. */
  private static final List<String> PASSED_INTO_CONTAINERS = List.of("LANG", "TZ");

  private static final List<String> PASSED_ON = List.of("PATH", "HOME", "LANG", "TZ", "TMPDIR");
  private static final String PATH_OF_LAST_RESORT = "/usr/local/bin:/usr/bin:/bin";
  private static final Pattern REFERENCE = Pattern.compile("\\$\\{(env|file):([^}]*)}");

  private final Map<String, String> gateway;
  private final Secrets secrets;

  public AgentEnvironment(Map<String, String> gateway, Secrets secrets) {
    this.gateway = gateway;
    this.secrets = secrets;
  }

  /**
   * The whole environment of a process.
   *
   * @param given what the host gives each replica
   * @param folder the agent's: {@code ${file:…}} is relative to it
   */
  public Map<String, String> of(Manifest manifest, Path folder, Map<String, String> given)
      throws StartFailedException {
    Map<String, String> all = new LinkedHashMap<>();
    all.put("PATH", PATH_OF_LAST_RESORT);
    fill(all, PASSED_ON, manifest, folder);
    all.putAll(given);
    return all;
  }

  /** What a container gets on top of its image's own; arguments as in {@link #of}. */
  public Map<String, String> ofContainer(Manifest manifest, Path folder, Map<String, String> given)
      throws StartFailedException {
    Map<String, String> all = new LinkedHashMap<>();
    fill(all, PASSED_INTO_CONTAINERS, manifest, folder);
    all.putAll(given);
    return all;
  }

  private void fill(Map<String, String> all, List<String> passedOn, Manifest manifest, Path folder)
      throws StartFailedException {
    for (String name : passedOn) {
      String value = gateway.get(name);
      if (value != null) {
        all.put(name, value);
      }
    }
    for (Map.Entry<String, String> entry : manifest.env().entrySet()) {
      all.put(entry.getKey(), resolve(entry.getKey(), entry.getValue(), folder));
    }
    for (String name : manifest.secrets()) {
      all.put(name, secret(manifest, name));
    }
  }

  private String secret(Manifest manifest, String name) throws StartFailedException {
    String value = secrets.find(manifest.name(), name).orElse(gateway.get(name));
    if (value == null) {
      throw new StartFailedException(
          "secret %s is not set: 'nexus secret set %s %s', or start the gateway with %s in its environment"
              .formatted(name, manifest.name(), name, name));
    }
    return value;
  }

  private String resolve(String name, String value, Path folder) throws StartFailedException {
    Matcher matcher = REFERENCE.matcher(value);
    StringBuilder resolved = new StringBuilder();
    while (matcher.find()) {
      String target = matcher.group(2);
      String text =
          matcher.group(1).equals("env")
              ? fromEnvironment(name, target)
              : fromFile(name, folder.resolve(target));
      matcher.appendReplacement(resolved, Matcher.quoteReplacement(text));
    }
    return matcher.appendTail(resolved).toString();
  }

  private String fromEnvironment(String name, String target) throws StartFailedException {
    String value = gateway.get(target);
    if (value == null) {
      throw new StartFailedException(
          "env %s wants ${env:%s}, which is not in the gateway's environment: set it and start the gateway again"
              .formatted(name, target));
    }
    return value;
  }

  private static String fromFile(String name, Path file) throws StartFailedException {
    try {
      return Files.readString(file).stripTrailing();
    } catch (IOException e) {
      throw new StartFailedException(
          "env %s wants ${file:%s}, which cannot be read (%s): create it or correct the path"
              .formatted(name, file, e.getClass().getSimpleName()));
    }
  }
}
