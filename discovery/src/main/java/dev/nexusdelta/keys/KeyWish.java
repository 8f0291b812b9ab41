package dev.nexusdelta.keys;

import dev.nexusdelta.manifest.DurationText;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * What somebody wants a new key to be.
 *
 * @param expires when it is to be worth nothing any more; empty = never
 * @param rate how often it may be used; empty = without limit
 */
public record KeyWish(
    String name, Scopes scopes, Optional<Instant> expires, Optional<CallRate> rate) {
  private static final Pattern ID = Pattern.compile(KeyToken.ID_FORM);
  private static final Duration LONGEST = Duration.ofDays(36_525);

  /** Refuses what is no name, and what could be taken for the id of another key. */
  public KeyWish {
    ApiKey.checkName(name);
    if (ID.matcher(name).matches()) {
      throw new IllegalArgumentException(
          "key name '" + name + "' looks like the id of a key: take another name");
    }
  }

  /** The key, to be stored. */
  public ApiKey as(KeyToken token, Instant created, String by) {
    return new ApiKey(token.id(), name, token.hash(), scopes, created, by, expires, rate);
  }

  /**
   * Reads when a key ends: {@code 90d} from now, or {@code 2030-01-31T12:00:00Z}.
   *
   * @throws IllegalArgumentException saying what was expected
   */
  public static Instant end(String text, Instant now) {
    Optional<Duration> time = DurationText.parse(text);
    Optional<Instant> end =
        time.isPresent()
            ? time.filter(it -> it.compareTo(LONGEST) <= 0).map(now::plus)
            : moment(text);
    return end.filter(now::isBefore)
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "expires '"
                        + Excerpt.of(text, 40)
                        + "' is neither a time from now such as 90d nor a moment to come such as"
                        + " 2030-01-31T12:00:00Z"));
  }

  private static Optional<Instant> moment(String text) {
    try {
      return Optional.of(Instant.parse(text));
    } catch (DateTimeException e) {
      return Optional.empty();
    }
  }
}
