package dev.nexusdelta.agent.json;

/** Strings that no encoding of Unicode can carry. */
public final class Unicode {
  private static final char REPLACEMENT = '\uFFFD';

  private Unicode() {}

  /** Whether every surrogate stands in a pair. */
  public static boolean isSound(String text) {
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (Character.isSurrogate(c)) {
        if (!pairAt(text, i)) {
          return false;
        }
        i++;
      }
    }
    return true;
  }

  static String repaired(String text) {
    if (isSound(text)) {
      return text;
    }
    StringBuilder sound = new StringBuilder(text.length());
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (!Character.isSurrogate(c)) {
        sound.append(c);
      } else if (pairAt(text, i)) {
        sound.append(c).append(text.charAt(++i));
      } else {
        sound.append(REPLACEMENT);
      }
    }
    return sound.toString();
  }

  private static boolean pairAt(String text, int i) {
    return Character.isHighSurrogate(text.charAt(i))
        && i + 1 < text.length()
        && Character.isLowSurrogate(text.charAt(i + 1));
  }
}
