package dev.nexusdelta.consensus;

import java.util.Optional;

/**
 * One wanted change and the condition for it.
 *
 * @param expected where the key must have been last written; empty = there must be no such key
 * @param text what it becomes; empty = deleted
 */
public record Edit(String key, Optional<Position> expected, Optional<String> text) {
  /** A key that is not there yet. */
  public static Edit add(String key, String text) {
    return new Edit(key, Optional.empty(), Optional.of(text));
  }

  /** A new text in place of the one that was written there. */
  public static Edit replace(String key, Position expected, String text) {
    return new Edit(key, Optional.of(expected), Optional.of(text));
  }

  /** No such key any more. */
  public static Edit remove(String key, Position expected) {
    return new Edit(key, Optional.of(expected), Optional.empty());
  }
}
