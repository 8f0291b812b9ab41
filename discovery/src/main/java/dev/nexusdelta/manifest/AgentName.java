package dev.nexusdelta.manifest;

import java.util.Locale;
import java.util.regex.Pattern;

/**
 * The name of an agent: shown as written, matched without regard to case.
 *
 * @param value 1 to 40 letters, digits and inner hyphens, the first a letter
 */
public record AgentName(String value) implements Comparable<AgentName> {
  private static final Pattern FORM = Pattern.compile("[A-Za-z]([A-Za-z0-9-]{0,38}[A-Za-z0-9])?");

  /** Checks the form. */
  public AgentName {
    if (!isValid(value)) {
      throw new IllegalArgumentException(
          "agent name '"
              + shown(value)
              + "' is not a letter followed by up to 39 letters, digits or inner hyphens");
    }
  }

  /** Whether {@code text} has the form of a name. */
  public static boolean isValid(String text) {
    return FORM.matcher(text).matches();
  }

  /** The lower-case form: in paths, folders, labels, and for every comparison. */
  public String key() {
    return value.toLowerCase(Locale.ROOT);
  }

  private static String shown(String text) {
    return text.length() <= 60 ? text : text.substring(0, 60) + "…";
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof AgentName name && name.key().equals(key());
  }

  @Override
  public int hashCode() {
    return key().hashCode();
  }

  @Override
  public int compareTo(AgentName other) {
    return key().compareTo(other.key());
  }

  @Override
  public String toString() {
    return value;
  }
}
