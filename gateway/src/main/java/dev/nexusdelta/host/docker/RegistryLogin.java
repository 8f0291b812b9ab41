package dev.nexusdelta.host.docker;

import com.github.dockerjava.api.model.AuthConfig;
import io.vertx.core.json.JsonObject;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Credentials that docker's own configuration keeps in a helper program ({@code credHelpers},
 * {@code credsStore}); those that it writes down itself the client library reads. Nothing that a
 * helper says is logged. Blocking, thread-safe.
 *
 * @param environment says where the configuration is and where programs are
 * @param patience with a helper
 */
record RegistryLogin(Map<String, String> environment, Duration patience) {
  private static final Logger log = LoggerFactory.getLogger(RegistryLogin.class);
  private static final String HUB = "https://index.docker.io/v1/";
  private static final Pattern HELPER = Pattern.compile("[A-Za-z0-9._-]+");

  /** By this name a helper says that what follows is a token. */
  private static final String TOKEN = "<token>";

  /**
   * What a helper knows for the image's registry; empty where none is named or it knows nothing.
   */
  Optional<AuthConfig> of(String reference) throws IOException, InterruptedException {
    String registry = registryOf(reference);
    Optional<String> helper = helperOf(registry);
    return helper.isEmpty() ? Optional.empty() : ask(helper.get(), registry);
  }

  /** As docker's configuration calls it. */
  static String registryOf(String reference) {
    int slash = reference.indexOf('/');
    String first = slash < 0 ? "" : reference.substring(0, slash);
    boolean host = first.contains(".") || first.contains(":") || first.equals("localhost");
    return host && !first.equals("docker.io") && !first.equals("index.docker.io") ? first : HUB;
  }

  private Optional<String> helperOf(String registry) throws IOException {
    Path file = folder().resolve("config.json");
    if (!Files.isRegularFile(file)) {
      return Optional.empty();
    }
    try {
      JsonObject config = new JsonObject(Files.readString(file));
      String own = config.getJsonObject("credHelpers", new JsonObject()).getString(registry, "");
      String named = own.isEmpty() ? config.getString("credsStore", "") : own;
      return Optional.of(named).filter(name -> HELPER.matcher(name).matches());
    } catch (RuntimeException e) {
      // Without the cause: it may quote what is in the file.
      log.warn("{} is not readable: no credentials are taken from it", file);
      return Optional.empty();
    }
  }

  private Path folder() {
    String named = environment.getOrDefault("DOCKER_CONFIG", "");
    return named.isEmpty()
        ? Path.of(environment.getOrDefault("HOME", "/"), ".docker")
        : Path.of(named);
  }

  private Optional<AuthConfig> ask(String helper, String registry)
      throws IOException, InterruptedException {
    String program = "docker-credential-" + helper;
    Optional<Path> file = onPath(program);
    if (file.isEmpty()) {
      log.warn("{} is not on PATH: images of {} are pulled without credentials", program, registry);
      return Optional.empty();
    }
    ProcessBuilder line =
        new ProcessBuilder(file.get().toString(), "get")
            .redirectError(ProcessBuilder.Redirect.DISCARD);
    line.environment().clear();
    line.environment().putAll(environment);
    Process process = line.start();
    try {
      return answered(process, program, registry)
          ? parsed(said(process), program, registry)
          : Optional.empty();
    } finally {
      process.destroyForcibly();
    }
  }

  /** It has ended, so all of it is here; a child of it may keep the pipe open. */
  private static String said(Process process) throws IOException {
    InputStream out = process.getInputStream();
    return new String(out.readNBytes(out.available()), StandardCharsets.UTF_8);
  }

  private boolean answered(Process process, String program, String registry)
      throws InterruptedException {
    try (OutputStream input = process.getOutputStream()) {
      input.write(registry.getBytes(StandardCharsets.UTF_8));
    } catch (IOException notRead) {
      log.debug("{} reads nothing", program, notRead);
    }
    if (!process.waitFor(patience.toMillis(), TimeUnit.MILLISECONDS)) {
      log.warn("{} has not answered within {} ms", program, patience.toMillis());
      return false;
    }
    return process.exitValue() == 0;
  }

  private static Optional<AuthConfig> parsed(String text, String program, String registry) {
    try {
      JsonObject said = new JsonObject(text);
      String user = said.getString("Username", "");
      String secret = said.getString("Secret", "");
      if (secret.isEmpty()) {
        return Optional.empty();
      }
      AuthConfig login = new AuthConfig().withRegistryAddress(registry);
      return Optional.of(
          user.equals(TOKEN)
              ? login.withIdentityToken(secret)
              : login.withUsername(user).withPassword(secret));
    } catch (RuntimeException e) {
      log.warn("{} answers with what is no JSON", program);
      return Optional.empty();
    }
  }

  private Optional<Path> onPath(String program) {
    for (String folder : environment.getOrDefault("PATH", "").split(File.pathSeparator, -1)) {
      Path file = Path.of(folder, program);
      if (!folder.isEmpty() && Files.isExecutable(file) && Files.isRegularFile(file)) {
        return Optional.of(file);
      }
    }
    return Optional.empty();
  }
}
