package dev.nexusdelta.keys;

/** The beginning of a text that somebody sent, for a message that says what is wrong with it. */
final class Excerpt {
  private Excerpt() {}

  /** At most so many characters, and a sign that it was longer. */
  static String of(String text, int most) {
    return text.length() <= most ? text : text.substring(0, most) + "…";
  }
}
