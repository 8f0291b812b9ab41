package dev.nexusdelta.manifest;

import java.math.BigDecimal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.SequenceNode;
import org.snakeyaml.engine.v2.nodes.Tag;

/**
 * A node of the document with its JSON pointer. Each reading method gives the checked value, or
 * adds a fault at this place and gives nothing.
 */
record Value(Node node, String pointer, Faults faults) {
  private static final Pattern INTEGER = Pattern.compile("[-+]?[0-9]{1,18}");
  private static final int SHOWN = 60;

  /** {@code health.interval}, or {@code the document}. */
  String label() {
    return pointer.isEmpty()
        ? "the document"
        : pointer.substring(1).replace('/', '.').replace("~1", "/").replace("~0", "~");
  }

  void fault(String message) {
    faults.add(node.getStartMark(), pointer, label() + " " + message);
  }

  boolean isNull() {
    return node instanceof ScalarNode scalar && scalar.getTag().equals(Tag.NULL);
  }

  boolean isList() {
    return node instanceof SequenceNode;
  }

  boolean isMapping() {
    return node instanceof MappingNode;
  }

  Value child(Node child, String step) {
    return new Value(child, pointer + "/" + step.replace("~", "~0").replace("/", "~1"), faults);
  }

  /** A scalar as written: {@code version: 1.0} is the text {@code 1.0}. */
  Optional<String> scalar(String expected) {
    if (!(node instanceof ScalarNode scalar)) {
      fault("must be " + expected + ", not a " + (isList() ? "list" : "mapping"));
      return Optional.empty();
    }
    Tag tag = scalar.getTag();
    if (tag.equals(Tag.NULL)) {
      fault("has no value; expected " + expected);
      return Optional.empty();
    }
    if (!tag.equals(Tag.STR)
        && !tag.equals(Tag.INT)
        && !tag.equals(Tag.FLOAT)
        && !tag.equals(Tag.BOOL)) {
      fault("has the tag " + tag.getValue() + "; tags are not known here, leave it out");
      return Optional.empty();
    }
    return Optional.of(scalar.getValue());
  }

  /** Text of at most {@code longest} characters without control characters, stripped. */
  Optional<String> text(int longest, boolean lines) {
    return scalar("text")
        .flatMap(
            raw -> {
              String text = raw.strip();
              if (text.length() > longest) {
                fault("has " + text.length() + " characters; at most " + longest + " are allowed");
                return Optional.empty();
              }
              if (text.chars().anyMatch(c -> Character.isISOControl(c) && !(lines && c == '\n'))) {
                fault("holds a control character or line break; write it on one line");
                return Optional.empty();
              }
              return Optional.of(text);
            });
  }

  /** Text of the given form. */
  Optional<String> matching(Pattern form, String expected) {
    return scalar(expected)
        .flatMap(
            text -> form.matcher(text).matches() ? Optional.of(text) : refused(text, expected));
  }

  Optional<Integer> integer(int least, int most) {
    String expected = "a whole number from " + least + " to " + most;
    return plain(expected, Tag.INT)
        .flatMap(
            text -> {
              if (INTEGER.matcher(text).matches()) {
                long value = Long.parseLong(text);
                if (value >= least && value <= most) {
                  return Optional.of((int) value);
                }
              }
              return refused(text, expected);
            });
  }

  Optional<Double> number(double above, double most) {
    String expected =
        "a number above "
            + BigDecimal.valueOf(above).stripTrailingZeros().toPlainString()
            + ", at most "
            + BigDecimal.valueOf(most).stripTrailingZeros().toPlainString();
    return plain(expected, Tag.INT, Tag.FLOAT)
        .flatMap(
            text -> {
              try {
                double value = Double.parseDouble(text);
                if (value > above && value <= most) {
                  return Optional.of(value);
                }
              } catch (NumberFormatException hexadecimalOrInfinite) {
                // refused below like any other
              }
              return refused(text, expected);
            });
  }

  Optional<Boolean> flag() {
    return plain("true or false", Tag.BOOL)
        .flatMap(
            text ->
                text.equalsIgnoreCase("true")
                    ? Optional.of(true)
                    : text.equalsIgnoreCase("false")
                        ? Optional.of(false)
                        : refused(text, "true or false"));
  }

  Optional<Duration> duration(Duration least, Duration most) {
    String expected =
        "a duration with its unit, from "
            + DurationText.format(least)
            + " to "
            + DurationText.format(most)
            + ", such as 500ms, 30s or 5m";
    return scalar(expected)
        .flatMap(
            text ->
                DurationText.parse(text)
                    .filter(it -> it.compareTo(least) >= 0 && it.compareTo(most) <= 0)
                    .or(() -> refused(text, expected)));
  }

  Optional<Long> size(long least, long most) {
    String expected =
        "a size with its unit, from "
            + SizeText.format(least)
            + " to "
            + SizeText.format(most)
            + ", such as 64KiB or 256MiB";
    return scalar(expected)
        .flatMap(
            text ->
                SizeText.parse(text)
                    .filter(bytes -> bytes >= least && bytes <= most)
                    .or(() -> refused(text, expected)));
  }

  /** The items of a list; a fault and nothing if it is none or has too many. */
  List<Value> items(int most, String expected) {
    if (!(node instanceof SequenceNode sequence)) {
      fault("must be " + expected + ", not " + (isMapping() ? "a mapping" : "a single value"));
      return List.of();
    }
    if (sequence.getValue().size() > most) {
      fault("has " + sequence.getValue().size() + " items; at most " + most + " are allowed");
      return List.of();
    }
    List<Value> items = new ArrayList<>();
    for (Node item : sequence.getValue()) {
      items.add(child(item, Integer.toString(items.size())));
    }
    return items;
  }

  <T> Optional<T> refused(String found, String expected) {
    String shown = found.length() <= SHOWN ? found : found.substring(0, SHOWN) + "…";
    fault("is '" + shown + "'; expected " + expected);
    return Optional.empty();
  }

  /** An unquoted scalar that YAML takes for one of {@code tags}. */
  private Optional<String> plain(String expected, Tag... tags) {
    Optional<String> text = scalar(expected);
    if (text.isEmpty() || List.of(tags).contains(node.getTag())) {
      return text;
    }
    boolean quoted =
        node instanceof ScalarNode scalar && !scalar.isPlain() && !text.get().isBlank();
    return refused(text.get(), expected + (quoted ? ", without quotes" : ""));
  }
}
