package dev.nexusdelta.manifest;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/** Reads {@code env} and {@code secrets}. Faults never show a value. */
record EnvironmentReader(
    Map<String, String> env, List<String> secrets, List<String> allowedLiterals) {
  /** Set by the gateway for every replica. */
  private static final Set<String> OURS =
      Set.of("AGENT_NAME", "AGENT_VERSION", "AGENT_REPLICA", "HOST", "PORT", "NEXUS_URL");

  private static final Pattern NAME = Pattern.compile("[A-Za-z_][A-Za-z0-9_]{0,127}");
  private static final Pattern BROKEN_REFERENCE =
      Pattern.compile("\\$\\{(?:env:(?![A-Za-z_][A-Za-z0-9_]*\\})|file:(?![^}]+\\}))");
  private static final int LONGEST = 32_000;
  private static final int MOST = 500;

  static EnvironmentReader of(Section all, LiteralSecrets literals) {
    Map<String, String> env = new LinkedHashMap<>();
    Map<String, Value> entries =
        all.get("env").map(it -> Section.entries(it, "a mapping of NAME: value")).orElse(Map.of());
    if (entries.size() > MOST) {
      all.get("env").ifPresent(it -> it.fault("has more than " + MOST + " variables"));
    }
    List<String> secrets =
        all.texts("secrets", MOST, NAME, "the name of a variable such as OPENAI_API_KEY");
    List<String> allowed =
        all.texts(LiteralSecrets.ALLOWING, MOST, NAME, "the name of a variable under env");
    entries.forEach(
        (name, value) -> {
          checkName(name, value);
          Optional<String> text = value(value);
          text.ifPresent(it -> env.put(name, it));
          if (!secrets.contains(name) && !allowed.contains(name)) {
            text.flatMap(it -> literals.fault(name, it)).ifPresent(value::fault);
          }
        });
    for (String secret : secrets) {
      Value at = entries.get(secret);
      if (at != null) {
        at.fault("is listed under secrets too; keep it in one of them");
      }
      if (OURS.contains(secret)) {
        all.get("secrets").ifPresent(it -> it.fault("has " + secret + ", set by the gateway"));
      }
    }
    return new EnvironmentReader(env, secrets, allowed);
  }

  private static void checkName(String name, Value value) {
    if (!NAME.matcher(name).matches()) {
      value.fault("is not a name of a variable: letters, digits and '_', not a digit first");
    } else if (OURS.contains(name)) {
      value.fault("is set by the gateway for every replica; leave it out");
    }
  }

  private static Optional<String> value(Value value) {
    Optional<String> text = value.scalar("text (\"\" for an empty variable)");
    if (text.isPresent() && (text.get().length() > LONGEST || text.get().indexOf('\0') >= 0)) {
      value.fault("is longer than " + LONGEST + " characters or holds a NUL character");
    } else if (text.isPresent() && BROKEN_REFERENCE.matcher(text.get()).find()) {
      value.fault("has an unfinished reference; write ${env:NAME} or ${file:PATH}");
    }
    return text;
  }
}
