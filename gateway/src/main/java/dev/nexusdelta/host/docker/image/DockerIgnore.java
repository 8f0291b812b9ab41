package dev.nexusdelta.host.docker.image;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;

/**
 * Which paths a {@code .dockerignore} keeps out of a build, by the rules that docker documents. The
 * engine does not look at that file: whoever sends the files has to. Pure.
 *
 * <p>One pattern a line; the last that fits decides, {@code !} lets in again. {@code *} and {@code
 * ?} stop at slashes, {@code **} does not; what fits a folder fits all that is in it.
 */
final class DockerIgnore {
  private final List<Rule> rules;

  private record Rule(Pattern path, boolean out) {}

  private DockerIgnore(List<Rule> rules) {
    this.rules = rules;
  }

  /**
   * Reads the file's text; empty text lets everything in.
   *
   * @throws IllegalArgumentException that names the pattern that is none
   */
  static DockerIgnore of(String text) {
    List<Rule> rules = new ArrayList<>();
    String plain = text.startsWith("\ufeff") ? text.substring(1) : text;
    for (String line : plain.lines().toList()) {
      String pattern = line.strip();
      // A comment begins the line: the first sign counts, not the first after spaces.
      if (pattern.isEmpty() || line.startsWith("#")) {
        continue;
      }
      boolean out = !pattern.startsWith("!");
      String path = cleaned(out ? pattern : pattern.substring(1).strip());
      if (!path.isEmpty()) {
        rules.add(new Rule(compiled(path), out));
      }
    }
    return new DockerIgnore(List.copyOf(rules));
  }

  private static Pattern compiled(String pattern) {
    try {
      return Pattern.compile(expression(pattern) + "(/.*)?", Pattern.DOTALL);
    } catch (PatternSyntaxException e) {
      throw new IllegalArgumentException(
          ".dockerignore: '%s' is no pattern (%s): try one like *.log, **/.env or !keep.txt"
              .formatted(pattern, e.getDescription()),
          e);
    }
  }

  /**
   * Whether it stays out.
   *
   * @param path of a file, relative, with slashes
   */
  boolean excludes(String path) {
    boolean out = false;
    for (Rule rule : rules) {
      if (rule.out() != out && rule.path().matcher(path).matches()) {
        out = rule.out();
      }
    }
    return out;
  }

  /** Whether nothing in this folder can get in. */
  boolean excludesAllOf(String folder) {
    return excludes(folder) && rules.stream().allMatch(Rule::out);
  }

  /** Without empty parts, {@code .} and {@code ..}, and without slashes around it. */
  private static String cleaned(String pattern) {
    List<String> parts = new ArrayList<>();
    for (String part : pattern.split("/", -1)) {
      if (part.equals("..")) {
        if (!parts.isEmpty()) {
          parts.remove(parts.size() - 1);
        }
      } else if (!part.isEmpty() && !part.equals(".")) {
        parts.add(part);
      }
    }
    return String.join("/", parts);
  }

  private static String expression(String pattern) {
    StringBuilder regex = new StringBuilder();
    int at = 0;
    while (at < pattern.length()) {
      char c = pattern.charAt(at);
      if (pattern.startsWith("**", at)) {
        at += 2;
        if (pattern.startsWith("/", at)) {
          at++;
          regex.append("(.*/)?");
        } else {
          regex.append(".*");
        }
        continue;
      }
      int end = c == '[' ? endOfSet(pattern, at) : -1;
      if (end > 0) {
        regex.append(set(pattern.substring(at + 1, end)));
        at = end + 1;
        continue;
      }
      if (c == '*') {
        regex.append("[^/]*");
      } else if (c == '?') {
        regex.append("[^/]");
      } else {
        if (c == '\\' && at + 1 < pattern.length()) {
          at++;
        }
        regex.append(Pattern.quote(pattern.substring(at, at + 1)));
      }
      at++;
    }
    return regex.toString();
  }

  /** Of the closing bracket; -1 = it is no set, and the bracket stands for itself. */
  private static int endOfSet(String pattern, int open) {
    for (int at = open + 1; at < pattern.length(); at++) {
      char c = pattern.charAt(at);
      if (c == '\\') {
        at++;
      } else if (c == ']' && at > open + 1 && !(at == open + 2 && pattern.charAt(at - 1) == '^')) {
        return at;
      }
    }
    return -1;
  }

  /** What java and docker write differently: nested sets and {@code &&} mean nothing here. */
  private static String set(String inside) {
    boolean not = inside.startsWith("^");
    String signs = (not ? inside.substring(1) : inside).replaceAll("([\\[&])", "\\\\$1");
    return (not ? "[^/" : "[") + signs + "]";
  }
}
