package dev.nexusdelta.app;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.api.lowlevel.Compose;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.NodeTuple;
import org.snakeyaml.engine.v2.nodes.ScalarNode;

/**
 * What {@code nexus.yaml} says, key by key with lines. A file that is not there says nothing.
 *
 * @param values by dotted key
 * @param faults with file and line
 */
record SettingsFile(Map<String, Value> values, List<String> faults) {
  static final String NAME = "nexus.yaml";

  /** A value and the line where it stands, from 1. */
  record Value(String text, int line) {}

  static SettingsFile read(Path file) {
    String text;
    try {
      text = Files.readString(file);
    } catch (NoSuchFileException e) {
      return new SettingsFile(Map.of(), List.of());
    } catch (IOException e) {
      return new SettingsFile(Map.of(), List.of(file + ": cannot be read: " + e.getMessage()));
    }
    Map<String, Value> values = new LinkedHashMap<>();
    List<String> faults = new ArrayList<>();
    try {
      new Compose(LoadSettings.builder().setLabel(NAME).build())
          .composeString(text)
          .ifPresent(root -> collect("", root, values, faults));
    } catch (YamlEngineException e) {
      faults.add(NAME + ": not valid YAML: " + e.getMessage());
    }
    return new SettingsFile(values, faults);
  }

  private static void collect(
      String prefix, Node node, Map<String, Value> values, List<String> faults) {
    if (!(node instanceof MappingNode mapping)) {
      faults.add(NAME + ":" + line(node) + ": expected keys and values");
      return;
    }
    for (NodeTuple tuple : mapping.getValue()) {
      String name = tuple.getKeyNode() instanceof ScalarNode scalar ? scalar.getValue() : "?";
      String key = prefix + name;
      if (values.containsKey(key)) {
        faults.add(NAME + ":" + line(tuple.getKeyNode()) + ": '" + key + "' stands here twice");
      } else if (isSection(key)) {
        collect(key + ".", tuple.getValueNode(), values, faults);
      } else if (!isKey(key)) {
        faults.add(
            NAME
                + ":"
                + line(tuple.getKeyNode())
                + ": unknown key '"
                + key
                + "'; known are "
                + known());
      } else if (tuple.getValueNode() instanceof ScalarNode scalar) {
        values.put(key, new Value(scalar.getValue(), line(scalar)));
      } else {
        faults.add(NAME + ":" + line(tuple.getValueNode()) + ": '" + key + "' expects one value");
      }
    }
  }

  private static boolean isSection(String key) {
    return keys().anyMatch(known -> known.startsWith(key + "."));
  }

  private static boolean isKey(String key) {
    return keys().anyMatch(key::equals);
  }

  private static String known() {
    return String.join(", ", keys().toList());
  }

  private static Stream<String> keys() {
    return Stream.of(SettingKey.values()).map(SettingKey::key);
  }

  private static int line(Node node) {
    return node.getStartMark().map(mark -> mark.getLine() + 1).orElse(0);
  }
}
