package dev.nexusdelta.manifest;

import java.util.List;
import java.util.Optional;

/**
 * One entry of {@code expose}: a route of the agent that may be called through the gateway beside
 * its tools. Written {@code /report} (that path alone), {@code /files/*} (all below {@code
 * /files/}), each with a method in front, {@code GET /report}, or without, which is any. Pure.
 *
 * @param method in capitals; empty = any
 * @param path exact, or with a {@code /} at its end what all paths begin with
 */
public record ExposedRoute(String method, String path, boolean isPrefix) {
  /** Methods that can be exposed. */
  public static final List<String> METHODS =
      List.of("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS");

  static final String EXPECTED =
      "a path like /report or /files/*, with a method in front or none: GET /report";
  private static final int LONGEST = 500;

  /** Reads an entry that was checked before; the entry is empty if it never was. */
  public static Optional<ExposedRoute> of(String text) {
    return fault(text).isEmpty() ? Optional.of(read(text)) : Optional.empty();
  }

  private static ExposedRoute read(String text) {
    int blank = text.indexOf(' ');
    String path = text.substring(blank + 1);
    boolean prefix = path.endsWith("/*");
    return new ExposedRoute(
        blank < 0 ? "" : text.substring(0, blank),
        prefix ? path.substring(0, path.length() - 1) : path,
        prefix);
  }

  /** What is wrong with an entry, or nothing. */
  static Optional<String> fault(String text) {
    int blank = text.indexOf(' ');
    if (blank >= 0 && !METHODS.contains(text.substring(0, blank))) {
      String method = text.substring(0, blank);
      return Optional.of(
          "begins with '"
              + method
              + "', which is no method; "
              + Nearest.of(method, METHODS)
                  .map(near -> "did you mean " + near + "?")
                  .orElse("known are " + String.join(", ", METHODS)));
    }
    String path = text.substring(blank + 1);
    if (!path.startsWith("/")) {
      return Optional.of("is '" + text + "'; expected " + EXPECTED);
    }
    String plain = path.endsWith("/*") ? path.substring(0, path.length() - 1) : path;
    if (plain.length() > LONGEST || !isPlain(plain)) {
      return Optional.of(
          "is '"
              + text
              + "'; in a path stand letters, digits and - . _ ~ ! $ & ' ( ) + , = : @, no empty or"
              + " dot segment, and * only as the whole last segment");
    }
    if (plain.equals("/execute")) {
      return Optional.of("is the route of calls, which is served at /agents/<name>/execute");
    }
    return Optional.empty();
  }

  private static boolean isPlain(String path) {
    for (int i = 0; i < path.length(); i++) {
      char c = path.charAt(i);
      boolean letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
      if (!letter && "/-._~!$&'()+,=:@".indexOf(c) < 0) {
        return false;
      }
    }
    return !path.contains("//") && !(path + "/").contains("/./") && !(path + "/").contains("/../");
  }

  /**
   * Whether a path is this one or below it.
   *
   * @param wanted decoded and normalised
   */
  public boolean covers(String wanted) {
    return isPrefix ? wanted.startsWith(path) : wanted.equals(path);
  }

  /** Whether a method is among those of the entry; {@code HEAD} goes with {@code GET}. */
  public boolean allows(String wanted) {
    return method.isEmpty()
        || method.equals(wanted)
        || (method.equals("GET") && wanted.equals("HEAD"));
  }
}
