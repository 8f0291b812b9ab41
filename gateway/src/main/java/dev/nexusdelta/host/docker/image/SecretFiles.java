package dev.nexusdelta.host.docker.image;

import java.util.Locale;
import java.util.Set;

/** Files that hold secrets by custom, known by their names. Pure. */
public final class SecretFiles {
  private static final Set<String> NAMES =
      Set.of(
          "id_rsa",
          "id_dsa",
          "id_ecdsa",
          "id_ed25519",
          ".netrc",
          ".npmrc",
          ".pypirc",
          ".pgpass",
          ".git-credentials");
  private static final Set<String> ENDINGS =
      Set.of(".pem", ".key", ".p12", ".pfx", ".jks", ".keystore");

  private SecretFiles() {}

  /**
   * Whether a file is left out of all that is made without its owner having written down what goes
   * into it.
   *
   * @param name without folder
   */
  public static boolean isSecret(String name) {
    String small = name.toLowerCase(Locale.ROOT);
    return (small.startsWith(".env") && !small.equals(".env.example"))
        || NAMES.contains(small)
        || ENDINGS.stream().anyMatch(small::endsWith);
  }
}
