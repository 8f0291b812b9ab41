package dev.nexusdelta.manifest;

import java.time.Duration;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.NodeTuple;
import org.snakeyaml.engine.v2.nodes.ScalarNode;

/**
 * A mapping of the document: its values by key. Keys without a value count as absent, so that a key
 * can be left empty in YAML and null in JSON.
 */
final class Section {
  private final Value at;
  private final Map<String, Value> values;

  private Section(Value at, Map<String, Value> values) {
    this.at = at;
    this.values = values;
  }

  /** Reads a mapping with exactly these keys; every other key is a fault. */
  static Section known(Value at, Collection<String> keys) {
    Map<String, Value> values = entries(at, "a mapping of " + String.join(", ", keys));
    for (var entry : List.copyOf(values.entrySet())) {
      if (!keys.contains(entry.getKey())) {
        entry.getValue().fault(unknown(entry.getKey(), keys));
        values.remove(entry.getKey());
      }
    }
    values.values().removeIf(Value::isNull);
    return new Section(at, values);
  }

  /** Reads a mapping with keys of the writer's choice; duplicates are faults. */
  static Map<String, Value> entries(Value at, String expected) {
    Map<String, Value> values = new LinkedHashMap<>();
    if (!(at.node() instanceof MappingNode mapping)) {
      at.fault("must be " + expected + ", not a " + (at.isList() ? "list" : "single value"));
      return values;
    }
    for (NodeTuple tuple : mapping.getValue()) {
      Node keyNode = tuple.getKeyNode();
      if (!(keyNode instanceof ScalarNode scalar)) {
        at.child(keyNode, "?").fault("is a list or mapping used as a key; keys are words");
        continue;
      }
      String key = scalar.getValue();
      Value value = at.child(tuple.getValueNode(), key);
      Value first = values.putIfAbsent(key, value);
      if (first != null) {
        int line = first.node().getStartMark().map(mark -> mark.getLine() + 1).orElse(0);
        at.child(keyNode, key).fault("stands twice; first in line " + line + ", keep one");
      }
    }
    return values;
  }

  private static String unknown(String key, Collection<String> keys) {
    return "is not a known key; "
        + Nearest.of(key, keys)
            .map(near -> "did you mean '" + near + "'?")
            .orElseGet(
                () -> "known here: " + keys.stream().sorted().collect(Collectors.joining(", ")));
  }

  Value at() {
    return at;
  }

  Optional<Value> get(String key) {
    return Optional.ofNullable(values.get(key));
  }

  boolean has(String key) {
    return values.containsKey(key);
  }

  String text(String key, int longest, boolean lines) {
    return get(key).flatMap(value -> value.text(longest, lines)).orElse("");
  }

  int integer(String key, int fallback, int least, int most) {
    return get(key).flatMap(value -> value.integer(least, most)).orElse(fallback);
  }

  boolean flag(String key) {
    return get(key).flatMap(Value::flag).orElse(false);
  }

  Duration duration(String key, Duration fallback, Duration least, Duration most) {
    return get(key).flatMap(value -> value.duration(least, most)).orElse(fallback);
  }

  /** A list of texts of one form, without repetitions. */
  List<String> texts(String key, int most, Pattern form, String expected) {
    return texts(key, most, item -> item.matching(form, expected));
  }

  /**
   * Likewise, of a form that says itself what is wrong.
   *
   * @param fault of a text, or nothing
   */
  List<String> texts(
      String key, int most, Function<String, Optional<String>> fault, String expected) {
    return texts(
        key,
        most,
        item ->
            item.scalar(expected)
                .filter(
                    text -> {
                      Optional<String> wrong = fault.apply(text);
                      wrong.ifPresent(item::fault);
                      return wrong.isEmpty();
                    }));
  }

  private List<String> texts(String key, int most, Function<Value, Optional<String>> form) {
    Map<String, Value> seen = new LinkedHashMap<>();
    for (Value item : get(key).map(value -> value.items(most, "a list")).orElse(List.of())) {
      form.apply(item)
          .ifPresent(
              text -> {
                if (seen.putIfAbsent(text, item) != null) {
                  item.fault("repeats '" + text + "'; keep one");
                }
              });
    }
    return List.copyOf(seen.keySet());
  }
}
