package dev.nexusdelta.cli.export;

import dev.nexusdelta.manifest.Manifest;
import java.util.Locale;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What is not written down but asked of the shell or of {@code .env}: secrets, and values that
 * refer to the machine. Not thread-safe.
 */
final class ShellVariables {
  private static final Pattern REFERENCE = Pattern.compile("\\$\\{(env|file):([^}]*)}");

  private final SortedMap<String, String> wanted = new TreeMap<>();

  /** The agent's environment as a compose file has it. */
  SortedMap<String, String> environment(Manifest manifest) {
    SortedMap<String, String> environment = new TreeMap<>();
    manifest.env().forEach((name, value) -> environment.put(name, value(manifest, name, value)));
    for (String secret : manifest.secrets()) {
      environment.put(secret, variable(secret, "secret of " + manifest.name()));
    }
    return environment;
  }

  /** A text that is taken as it is: a dollar would begin a variable. */
  static String literal(String text) {
    return text.replace("$", "$$");
  }

  /** Every variable and what it is for. */
  Map<String, String> wanted() {
    return wanted;
  }

  private String value(Manifest manifest, String name, String value) {
    Matcher reference = REFERENCE.matcher(value);
    StringBuilder text = new StringBuilder();
    int end = 0;
    while (reference.find()) {
      text.append(literal(value.substring(end, reference.start())));
      text.append(
          reference.group(1).equals("env")
              ? variable(reference.group(2), name + " of " + manifest.name())
              : variable(
                  own(manifest, name),
                  name + " of " + manifest.name() + ": what is in " + reference.group(2)));
      end = reference.end();
    }
    return text.append(literal(value.substring(end))).toString();
  }

  private static String own(Manifest manifest, String name) {
    return (manifest.name().key().replace('-', '_') + "_" + name).toUpperCase(Locale.ROOT);
  }

  private String variable(String name, String purpose) {
    wanted.merge(name, purpose, (one, other) -> one + ", " + other);
    return "${" + name + ":?see .env.example}";
  }
}
