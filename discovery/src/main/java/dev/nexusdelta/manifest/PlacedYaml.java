package dev.nexusdelta.manifest;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A YAML text as a tree that knows its places, for documents that are no manifest. Aliases are
 * expanded and {@code <<} keys merged. Immutable.
 */
public sealed interface PlacedYaml {
  /** From 1. */
  int line();

  /** From 1, in characters. */
  int column();

  /** What people call this kind of value. */
  String kind();

  /**
   * A single value.
   *
   * @param text as written, without quotes
   */
  record Text(int line, int column, String text) implements PlacedYaml {
    @Override
    public String kind() {
      return "a single value";
    }
  }

  /** A key without a value, or null. */
  record Nothing(int line, int column) implements PlacedYaml {
    @Override
    public String kind() {
      return "nothing";
    }
  }

  /** A list. */
  record Items(int line, int column, List<PlacedYaml> items) implements PlacedYaml {
    /** Copies the list. */
    public Items {
      items = List.copyOf(items);
    }

    @Override
    public String kind() {
      return "a list";
    }
  }

  /** A mapping in the order of the text. */
  record Fields(int line, int column, Map<String, PlacedYaml> fields) implements PlacedYaml {
    /** Copies the map. */
    public Fields {
      fields = Collections.unmodifiableMap(new LinkedHashMap<>(fields));
    }

    @Override
    public String kind() {
      return "a mapping";
    }
  }

  /**
   * What was read.
   *
   * @param root {@link Nothing} for an empty document
   * @param faults why the text is no YAML
   */
  record Reading(PlacedYaml root, List<ManifestFault> faults) {
    /** Copies the list. */
    public Reading {
      faults = List.copyOf(faults);
    }
  }

  /** Reads a document of at most 1 MiB. */
  static Reading read(String text) {
    return PlacedYamlReader.read(text);
  }
}
