package dev.nexusdelta.manifest;

import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiPredicate;
import java.util.regex.Pattern;

/**
 * What to think of a secret that is written out under {@code env}, where everybody who may read the
 * registry, its mirror or a backup reads it too. Pure.
 *
 * @param known whether a variable with this value may stay
 */
record LiteralSecrets(BiPredicate<String, String> known) {
  /** The manifest's key for names that only sound like secrets. */
  static final String ALLOWING = "allow-literal-secrets";

  /** For manifests that come in. */
  static final LiteralSecrets REFUSED = new LiteralSecrets((name, value) -> false);

  /** For manifests that were let in before. */
  static final LiteralSecrets LET_IN = new LiteralSecrets((name, value) -> true);

  /** Words, not parts of words: a MONKEY is no KEY; and MAX_TOKENS is a number. */
  private static final Set<String> SECRET =
      Set.of(
          "key",
          "keys",
          "apikey",
          "token",
          "secret",
          "secrets",
          "password",
          "passwords",
          "passwd",
          "passphrase",
          "credential",
          "credentials");

  /** As last word: the value says where the secret is, as images of databases take it. */
  private static final Set<String> PLACE = Set.of("file", "path");

  private static final Pattern BETWEEN_WORDS =
      Pattern.compile("[^A-Za-z]+|(?<=[a-z])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])");

  /** Nothing but references, behind a word such as Bearer at most. */
  private static final Pattern REFERENCES =
      Pattern.compile("(?:[A-Za-z]+ )?(?:\\$\\{(?:env|file):[^}]+})+");

  /** For a manifest that takes the place of another: what stands there already may stay. */
  static LiteralSecrets knownFrom(Map<String, String> env) {
    return new LiteralSecrets((name, value) -> value.equals(env.get(name)));
  }

  /** What is wrong with this variable, as the end of a sentence that begins with its name. */
  Optional<String> fault(String name, String value) {
    return isLiteral(value) && soundsSecret(name) && !known.test(name, value)
        ? Optional.of(
            ("is named like a secret, and a value that stands here is stored and shown to all who"
                    + " may read the agent; leave it out, list %1$s under 'secrets', and give the"
                    + " value by: nexus secret set AGENT %1$s; or refer to it by ${env:NAME} or"
                    + " ${file:PATH}; if it is no secret: %2$s: [%1$s]")
                .formatted(name, ALLOWING))
        : Optional.empty();
  }

  private static boolean isLiteral(String value) {
    return !value.isEmpty() && !REFERENCES.matcher(value).matches();
  }

  /** {@code API_KEY}, {@code dbPassword}, {@code TOKEN_2}; not {@code KEYBOARD_LAYOUT}. */
  static boolean soundsSecret(String name) {
    boolean secret = false;
    String last = "";
    for (String word : BETWEEN_WORDS.split(name)) {
      last = word.isEmpty() ? last : word.toLowerCase(Locale.ROOT);
      secret |= SECRET.contains(last);
    }
    return secret && !PLACE.contains(last);
  }
}
