package dev.nexusdelta.manifest;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.NodeTuple;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.SequenceNode;

/**
 * Reads nested keys of a YAML text flat, each with its place; for configuration that is no
 * manifest.
 */
public final class YamlLeaves {
  /**
   * One key that holds no further keys.
   *
   * @param key path in dots: {@code cluster.port}
   * @param line from 1
   * @param text empty when it holds a list
   * @param items of a list of plain values; else empty
   */
  public record Leaf(String key, int line, Optional<String> text, List<String> items) {
    /** Copies the list. */
    public Leaf {
      items = List.copyOf(items);
    }
  }

  /**
   * What was read.
   *
   * @param leaves in the order of the text; a key that stands twice is there twice
   * @param faults why the text is no YAML
   */
  public record Reading(List<Leaf> leaves, List<ManifestFault> faults) {
    /** Copies the lists. */
    public Reading {
      leaves = List.copyOf(leaves);
      faults = List.copyOf(faults);
    }
  }

  private YamlLeaves() {}

  /** Reads all keys; bounded like a manifest. */
  public static Reading read(String text) {
    Faults faults = new Faults();
    List<Leaf> leaves = new ArrayList<>();
    YamlTree.compose(text, faults).ifPresent(root -> collect("", root, leaves));
    return new Reading(leaves, faults.none() ? List.of() : faults.result().faults());
  }

  private static void collect(String path, Node node, List<Leaf> leaves) {
    if (node instanceof MappingNode mapping) {
      for (NodeTuple tuple : mapping.getValue()) {
        String name = tuple.getKeyNode() instanceof ScalarNode key ? key.getValue() : "?";
        collect(path.isEmpty() ? name : path + "." + name, tuple.getValueNode(), leaves);
      }
      return;
    }
    int line = node.getStartMark().map(mark -> mark.getLine() + 1).orElse(0);
    leaves.add(
        new Leaf(
            path,
            line,
            node instanceof ScalarNode scalar ? Optional.of(scalar.getValue()) : Optional.empty(),
            node instanceof SequenceNode list ? items(list) : List.of()));
  }

  private static List<String> items(SequenceNode list) {
    List<String> items = new ArrayList<>();
    for (Node node : list.getValue()) {
      if (!(node instanceof ScalarNode scalar)) {
        return List.of();
      }
      items.add(scalar.getValue());
    }
    return items;
  }
}
