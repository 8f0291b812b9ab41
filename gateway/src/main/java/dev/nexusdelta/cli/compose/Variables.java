package dev.nexusdelta.cli.compose;

import dev.nexusdelta.manifest.PlacedYaml;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The {@code ${NAME}}, {@code ${NAME:-default}} and {@code $$} of compose files. Values of
 * variables get into names of images and ports only: in an environment they may be secrets.
 */
record Variables(Map<String, String> shell, Findings findings) {
  private static final Pattern USE =
      Pattern.compile(
          "\\$(?:(\\$)|([A-Za-z_][A-Za-z0-9_]*)|\\{([A-Za-z_][A-Za-z0-9_]*)(?:(:?[-?+])([^}]*))?})");

  /** Copies the variables. */
  Variables {
    shell = Map.copyOf(shell);
  }

  /** The text with its variables filled in from the shell or by their defaults. */
  String filled(PlacedYaml.Text text) {
    Matcher use = USE.matcher(text.text());
    StringBuilder filled = new StringBuilder();
    while (use.find()) {
      String value =
          use.group(1) != null ? "$" : value(text, name(use), operator(use), use.group(5));
      use.appendReplacement(filled, Matcher.quoteReplacement(value));
    }
    return use.appendTail(filled).toString();
  }

  private String value(
      PlacedYaml.Text at, String name, String operator, @Nullable String argument) {
    String set = shell.get(name);
    boolean usable = set != null && !(operator.startsWith(":") && set.isEmpty());
    String other = argument == null ? "" : argument;
    if (operator.endsWith("+")) {
      return usable ? other : "";
    }
    if (usable && set != null) {
      return set;
    }
    if (operator.endsWith("-")) {
      return other;
    }
    findings.fault(at, "${" + name + "} is not set; " + name + "=… nexus create --from-compose …");
    return "";
  }

  /** The text as {@code agent.yaml} has it: {@code ${NAME}} is {@code ${env:NAME}} there. */
  String kept(String key, int line, String text) {
    Matcher use = USE.matcher(text);
    StringBuilder kept = new StringBuilder();
    while (use.find()) {
      String value = use.group(1) != null ? "$" : reference(key, line, use);
      use.appendReplacement(kept, Matcher.quoteReplacement(value));
    }
    return use.appendTail(kept).toString();
  }

  private String reference(String key, int line, Matcher use) {
    String name = name(use);
    String argument = use.group(5) == null ? "" : use.group(5);
    if (!operator(use).endsWith("-")) {
      return "${env:" + name + "}";
    }
    findings.note(
        line,
        key
            + " gets the default of ${"
            + name
            + "}; ${env:"
            + name
            + "} would ask the gateway's environment");
    return argument;
  }

  /** Whether the text is nothing but the variable of that name. */
  static boolean isAll(String text, String name) {
    return text.equals("${" + name + "}") || text.equals("$" + name);
  }

  private static String name(Matcher use) {
    String bare = use.group(2);
    return bare != null ? bare : use.group(3);
  }

  private static String operator(Matcher use) {
    String operator = use.group(4);
    return operator == null ? "" : operator;
  }
}
