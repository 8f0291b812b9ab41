package dev.nexusdelta.keys;

import java.time.Instant;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * One key, without its secret.
 *
 * @param id 12 hexadecimal digits
 * @param name for people; unlike those of all other keys
 * @param hash of its token, 64 hexadecimal digits
 * @param by who made it
 * @param expires it is worth nothing from then on; empty = never
 * @param rate how often it may be used; empty = without limit
 */
public record ApiKey(
    String id,
    String name,
    String hash,
    Scopes scopes,
    Instant created,
    String by,
    Optional<Instant> expires,
    Optional<CallRate> rate) {
  private static final Pattern NAME =
      Pattern.compile("[A-Za-z0-9]([A-Za-z0-9._@-]{0,62}[A-Za-z0-9])?");

  /** Checks the name. */
  public ApiKey {
    checkName(name);
  }

  static void checkName(String name) {
    if (!NAME.matcher(name).matches()) {
      throw new IllegalArgumentException(
          "key name '"
              + Excerpt.of(name, 60)
              + "' is not 1 to 64 letters, digits and inner . _ @ or -");
    }
  }

  /** Whether it is worth nothing any more. */
  public boolean isExpired(Instant now) {
    return expires.filter(end -> !now.isBefore(end)).isPresent();
  }
}
