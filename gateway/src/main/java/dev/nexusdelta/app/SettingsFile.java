package dev.nexusdelta.app;

import dev.nexusdelta.manifest.Nearest;
import dev.nexusdelta.manifest.YamlLeaves;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

/**
 * What {@code nexus.yaml} says, key by key with lines. A file that is not there says nothing.
 *
 * @param values by dotted key
 * @param faults with file and line
 */
record SettingsFile(Map<String, Value> values, List<String> faults) {
  static final String NAME = "nexus.yaml";

  private static final List<String> KEYS =
      Stream.of(SettingKey.values()).map(SettingKey::key).toList();

  private static final Set<String> LISTS =
      Set.of(
          SettingKey.HOSTS.key(),
          SettingKey.TRUSTED_PROXIES.key(),
          SettingKey.CLUSTER_MEMBERS.key(),
          SettingKey.MARKETPLACE_ALLOW.key());

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
    YamlLeaves.Reading reading = YamlLeaves.read(text);
    List<String> faults = new ArrayList<>();
    reading.faults().forEach(fault -> faults.add(NAME + ":" + fault));
    Map<String, Value> values = new LinkedHashMap<>();
    for (YamlLeaves.Leaf leaf : reading.leaves()) {
      String place = NAME + ":" + leaf.line() + ": '" + leaf.key() + "'";
      if (!KEYS.contains(leaf.key())) {
        faults.add(
            place
                + " is no key of the configuration"
                + Nearest.of(leaf.key(), KEYS)
                    .map(near -> "; did you mean " + near + "?")
                    .orElse(".")
                + " Known are "
                + String.join(", ", KEYS));
      } else if (values.containsKey(leaf.key())) {
        faults.add(place + " stands here twice");
      } else if (leaf.text().isEmpty() && LISTS.contains(leaf.key())) {
        values.put(leaf.key(), new Value(String.join(",", leaf.items()), leaf.line()));
      } else if (leaf.text().isEmpty()) {
        faults.add(place + " expects one value, not a list");
      } else {
        values.put(leaf.key(), new Value(leaf.text().get(), leaf.line()));
      }
    }
    return new SettingsFile(values, faults);
  }
}
