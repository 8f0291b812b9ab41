package dev.nexusdelta.sdk;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * By what right a program talks to a gateway: the one place that looks for it. The first of these
 * that there is:
 *
 * <ol>
 *   <li>the key that the program names, unless it is the placeholder {@code your_token}
 *   <li>the file that {@code NEXUS_KEY_FILE} names, then {@code NEXUS_API_KEY}
 *   <li>the token in the data folder ({@code NEXUS_DATA}, else {@code .nexus} in the working
 *       folder), for a gateway of this machine only, and for its administration only
 * </ol>
 */
public final class Credentials {
  private static final String PLACEHOLDER = "your_token";
  private static final String TOKEN_FILE = "admin.token";

  private final @Nullable String key;
  private final @Nullable String token;
  private final String source;

  private Credentials(@Nullable String key, @Nullable String token, String source) {
    this.key = key;
    this.token = token;
    this.source = source;
  }

  /**
   * Looks for them.
   *
   * @param named the key that the program names; null, empty or the placeholder = none
   * @param gateway whom they are for
   * @param env the environment
   * @param folder where relative paths begin
   * @throws IllegalArgumentException if the file that the environment names cannot be read
   */
  static Credentials find(
      @Nullable String named, URI gateway, Map<String, String> env, Path folder) {
    if (named != null && isGiven(named)) {
      return new Credentials(named.strip(), null, "the key that was given");
    }
    String file = env.getOrDefault("NEXUS_KEY_FILE", "");
    if (!file.isEmpty()) {
      return new Credentials(ofNamed(folder.resolve(file)), null, "NEXUS_KEY_FILE");
    }
    String key = env.getOrDefault("NEXUS_API_KEY", "");
    if (isGiven(key)) {
      return new Credentials(key.strip(), null, "NEXUS_API_KEY");
    }
    String data = env.getOrDefault("NEXUS_DATA", "");
    Path from = folder.resolve(data.isEmpty() ? ".nexus" : data);
    String token = GatewayUrl.isLoopback(gateway) ? ofFolder(from) : null;
    return new Credentials(
        null, token, token == null ? "no key" : "the token of " + from.getFileName());
  }

  private static boolean isGiven(String key) {
    return !key.isBlank() && !key.strip().equals(PLACEHOLDER);
  }

  private static String ofNamed(Path file) {
    String key;
    try {
      key = ofFile(file);
    } catch (IOException e) {
      throw new IllegalArgumentException(
          "cannot read the key from " + file + " (NEXUS_KEY_FILE): " + Wire.why(e), e);
    }
    if (key.isEmpty()) {
      throw new IllegalArgumentException(
          "the file " + file + " (NEXUS_KEY_FILE) is empty; it has to hold the key, nothing else");
    }
    return key;
  }

  /** The key that a file holds. */
  public static String ofFile(Path file) throws IOException {
    return Files.readString(file).strip();
  }

  /** The token of a data folder; null if there is none that may be read. */
  public static @Nullable String ofFolder(Path data) {
    Path file = data.resolve(TOKEN_FILE);
    try {
      String token = Files.isReadable(file) ? ofFile(file) : "";
      return token.isEmpty() ? null : token;
    } catch (IOException e) {
      return null;
    }
  }

  /** For calls, and for administration where there is no token. */
  @Nullable String key() {
    return key;
  }

  /** For administration alone. */
  @Nullable String token() {
    return token;
  }

  /** Where they are from; never what they are. */
  @Override
  public String toString() {
    return source;
  }
}
