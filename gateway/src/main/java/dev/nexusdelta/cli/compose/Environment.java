package dev.nexusdelta.cli.compose;

import dev.nexusdelta.manifest.PlacedYaml;
import dev.nexusdelta.manifest.PlacedYaml.Fields;
import dev.nexusdelta.manifest.PlacedYaml.Items;
import dev.nexusdelta.manifest.PlacedYaml.Nothing;
import dev.nexusdelta.manifest.PlacedYaml.Text;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Names and values of an {@code environment} or of {@code labels}: a list of {@code NAME=value} or
 * a mapping.
 */
record Environment(Map<String, Entry> entries) {
  /**
   * One of them.
   *
   * @param value empty = of the shell that starts it
   */
  record Entry(int line, Optional<String> value) {}

  static final Environment NONE = new Environment(Map.of());

  static Environment read(String key, PlacedYaml value, Findings findings) {
    Map<String, Entry> entries = new LinkedHashMap<>();
    if (value instanceof Fields fields) {
      fields.fields().forEach((name, at) -> entry(key, name, at, entries, findings));
    } else if (value instanceof Items items) {
      for (PlacedYaml item : items.items()) {
        if (item instanceof Text text) {
          int equals = text.text().indexOf('=');
          String name = equals < 0 ? text.text() : text.text().substring(0, equals);
          Optional<String> given =
              equals < 0 ? Optional.empty() : Optional.of(text.text().substring(equals + 1));
          entries.put(name.strip(), new Entry(text.line(), given));
        } else {
          findings.fault(item, key + " has " + item.kind() + "; expected NAME=value");
        }
      }
    } else if (!(value instanceof Nothing)) {
      findings.fault(value, key + " is " + value.kind() + "; expected a list or a mapping");
    }
    return new Environment(entries);
  }

  private static void entry(
      String key, String name, PlacedYaml at, Map<String, Entry> entries, Findings findings) {
    if (at instanceof Text text) {
      entries.put(name, new Entry(at.line(), Optional.of(text.text())));
    } else if (at instanceof Nothing) {
      entries.put(name, new Entry(at.line(), Optional.empty()));
    } else {
      findings.fault(at, key + "." + name + " is " + at.kind() + "; expected a single value");
    }
  }

  /** The value of a name, if it has one. */
  Optional<String> value(String name) {
    return Optional.ofNullable(entries.get(name)).flatMap(Entry::value).filter(it -> !it.isBlank());
  }

  int line(String name, int fallback) {
    Entry entry = entries.get(name);
    return entry == null ? fallback : entry.line();
  }
}
