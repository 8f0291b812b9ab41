package dev.nexusdelta.proxy;

import java.nio.charset.StandardCharsets;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * The path of an agent's own route. What is matched is what is sent: the decoded path is encoded
 * anew, in one way, and whatever an agent could take for another path than we do is refused. Pure.
 *
 * @param value decoded, for matching; empty if there is a fault
 * @param sent the same as it stands in the request to the agent, without query
 * @param fault what is wrong with it; null if nothing
 */
record AgentPath(String value, String sent, @Nullable String fault) {
  private static final String PLAIN = "/-._~!$&'()*+,=:@";
  private static final String HEX = "0123456789ABCDEF";

  /**
   * Checks and encodes a path.
   *
   * @param decoded as {@link RequestPath} left it, from its first slash behind {@code /http}
   */
  static AgentPath of(String decoded) {
    String path = decoded.isEmpty() ? "/" : decoded;
    if (path.contains("//")) {
      // "//admin" at its beginning would even be read as the name of a host.
      return fault("the path holds an empty segment");
    }
    if (holdsEscape(path)) {
      return fault("the path holds an escape within an escape");
    }
    for (int at = path.indexOf(';'); at >= 0; at = path.indexOf(';', at + 1)) {
      String segment = path.substring(path.lastIndexOf('/', at) + 1, at);
      if (segment.isEmpty() || segment.equals(".") || segment.equals("..")) {
        // Some servers cut parameters off before they resolve dots: "/open/..;/admin".
        return fault("the path holds a dot segment with parameters");
      }
    }
    return new AgentPath(path, encoded(path), null);
  }

  private static AgentPath fault(String text) {
    return new AgentPath("", "", text);
  }

  /** Separators and dots that an agent that decodes twice would find. */
  private static boolean holdsEscape(String path) {
    if (path.indexOf('%') < 0) {
      return false;
    }
    String lower = path.toLowerCase(Locale.ROOT);
    return lower.contains("%2e")
        || lower.contains("%2f")
        || lower.contains("%5c")
        || lower.contains("%00")
        || lower.contains("%25");
  }

  private static String encoded(String path) {
    for (int i = 0; i < path.length(); i++) {
      if (!isPlain(path.charAt(i))) {
        return escaped(path);
      }
    }
    return path;
  }

  private static String escaped(String path) {
    StringBuilder text = new StringBuilder(path.length() + 16);
    for (byte b : path.getBytes(StandardCharsets.UTF_8)) {
      if (b >= 0 && isPlain((char) b)) {
        text.append((char) b);
      } else {
        text.append('%').append(HEX.charAt((b >> 4) & 15)).append(HEX.charAt(b & 15));
      }
    }
    return text.toString();
  }

  private static boolean isPlain(char c) {
    return (c >= 'a' && c <= 'z')
        || (c >= 'A' && c <= 'Z')
        || (c >= '0' && c <= '9')
        || PLAIN.indexOf(c) >= 0
        || c == ';';
  }
}
