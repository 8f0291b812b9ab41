package dev.nexusdelta.keyed;

/**
 * What a keyed call is told from others by: the same key of another caller, or for another agent,
 * is another call.
 *
 * @param agent its name in lower case
 * @param key as the caller sent it; see {@link #isValid}
 */
public record CallKey(Caller caller, String agent, String key) {
  private static final int LONGEST = 255;

  /**
   * Who calls.
   *
   * @param id of the key the caller has shown; empty while callers have none
   */
  public record Caller(String id) {
    /** Everybody who shows no key of their own. */
    public static final Caller ANONYMOUS = new Caller("");
  }

  /** Whether a header's value can be a key: 1 to 255 visible ASCII characters. */
  public static boolean isValid(String key) {
    if (key.isEmpty() || key.length() > LONGEST) {
      return false;
    }
    for (int i = 0; i < key.length(); i++) {
      if (key.charAt(i) <= ' ' || key.charAt(i) > '~') {
        return false;
      }
    }
    return true;
  }

  /** One text for all of it; no part can hold the blank between them. */
  public String text() {
    return caller.id() + ' ' + agent + ' ' + key;
  }

  /** Reads {@link #text}. */
  public static CallKey of(String text) {
    int first = text.indexOf(' ');
    int second = text.indexOf(' ', first + 1);
    if (first < 0 || second < 0) {
      throw new IllegalArgumentException("'" + text + "' is not 'caller agent key'");
    }
    return new CallKey(
        new Caller(text.substring(0, first)),
        text.substring(first + 1, second),
        text.substring(second + 1));
  }
}
