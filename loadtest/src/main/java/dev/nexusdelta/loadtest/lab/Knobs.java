package dev.nexusdelta.loadtest.lab;

import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.TreeMap;

/**
 * What a run is told in system properties that begin with {@code nexus.}; remembers what was asked
 * for, so that the summary can tell. Used by one thread.
 */
public final class Knobs {
  private static final String PREFIX = "nexus.";

  private final Properties properties;
  private final Map<String, String> used = new TreeMap<>();

  /** Reads them from here. */
  public Knobs(Properties properties) {
    this.properties = properties;
  }

  /** A text. */
  public String text(String name, String otherwise) {
    String value = properties.getProperty(PREFIX + name, otherwise);
    used.put(name, value);
    return value;
  }

  /** A number above 0. */
  public double number(String name, double otherwise) {
    String text = properties.getProperty(PREFIX + name, "");
    double value = text.isEmpty() ? otherwise : parse(name, text);
    used.put(name, plain(value));
    return value;
  }

  /** A whole number above 0. */
  public int integer(String name, int otherwise) {
    double value = number(name, otherwise);
    if (value != Math.rint(value) || value > Integer.MAX_VALUE) {
      throw wrong(name, plain(value), "a whole number");
    }
    return (int) value;
  }

  /** A file or folder; never told. */
  public Optional<Path> path(String name) {
    return Optional.ofNullable(properties.getProperty(PREFIX + name))
        .filter(text -> !text.isBlank())
        .map(Path::of);
  }

  private static double parse(String name, String text) {
    try {
      double value = Double.parseDouble(text);
      if (value > 0 && Double.isFinite(value)) {
        return value;
      }
    } catch (NumberFormatException e) {
      // told below, with what was expected
    }
    throw wrong(name, text, "a number above 0");
  }

  private static IllegalArgumentException wrong(String name, String text, String expected) {
    return new IllegalArgumentException(
        "-D" + PREFIX + name + "=" + text + " is no use: expected " + expected);
  }

  private static String plain(double value) {
    return value == Math.rint(value) && Math.abs(value) < 1e15
        ? Long.toString((long) value)
        : Double.toString(value);
  }

  /** All that was asked for, with the values in force. */
  Map<String, String> used() {
    return Map.copyOf(used);
  }
}
