package dev.nexusdelta.manifest;

import dev.nexusdelta.manifest.PlacedYaml.Fields;
import dev.nexusdelta.manifest.PlacedYaml.Items;
import dev.nexusdelta.manifest.PlacedYaml.Nothing;
import dev.nexusdelta.manifest.PlacedYaml.Reading;
import dev.nexusdelta.manifest.PlacedYaml.Text;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.snakeyaml.engine.v2.exceptions.Mark;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.NodeTuple;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.SequenceNode;
import org.snakeyaml.engine.v2.nodes.Tag;

/** Makes a {@link PlacedYaml} of a text; what aliases expand to is bounded. One reading each. */
final class PlacedYamlReader {
  private static final int ALIASES = 1000;
  private static final int MOST_VALUES = 100_000;
  private static final int DEEPEST = 60;
  private static final String MERGE = "<<";

  private final Faults faults = new Faults();
  private int values;

  private PlacedYamlReader() {}

  static Reading read(String text) {
    PlacedYamlReader reader = new PlacedYamlReader();
    PlacedYaml root =
        YamlTree.compose(text, reader.faults, ALIASES)
            .map(node -> reader.value(node, 0))
            .orElse(new Nothing(1, 1));
    return new Reading(root, reader.faults.none() ? List.of() : reader.faults.result().faults());
  }

  private PlacedYaml value(Node node, int depth) {
    int line = line(node);
    int column = column(node);
    if (++values > MOST_VALUES || depth > DEEPEST) {
      if (faults.none()) {
        faults.add(
            node.getStartMark(),
            "",
            "the document holds more than " + MOST_VALUES + " values or " + DEEPEST + " levels");
      }
      return new Nothing(line, column);
    }
    if (node instanceof MappingNode mapping) {
      return new Fields(line, column, fields(mapping, depth));
    }
    if (node instanceof SequenceNode sequence) {
      List<PlacedYaml> items = new ArrayList<>();
      for (Node item : sequence.getValue()) {
        items.add(value(item, depth + 1));
      }
      return new Items(line, column, items);
    }
    return node.getTag().equals(Tag.NULL)
        ? new Nothing(line, column)
        : new Text(line, column, ((ScalarNode) node).getValue());
  }

  private Map<String, PlacedYaml> fields(MappingNode mapping, int depth) {
    Map<String, PlacedYaml> fields = new LinkedHashMap<>();
    List<Node> merged = new ArrayList<>();
    for (NodeTuple tuple : mapping.getValue()) {
      Optional<Mark> place = tuple.getKeyNode().getStartMark();
      if (!(tuple.getKeyNode() instanceof ScalarNode key)) {
        faults.add(place, "", "a list or mapping is used as a key; keys are words");
      } else if (key.getValue().equals(MERGE)) {
        merged.add(tuple.getValueNode());
      } else if (fields.containsKey(key.getValue())) {
        faults.add(place, "", "'" + key.getValue() + "' stands twice; keep one");
      } else {
        fields.put(key.getValue(), value(tuple.getValueNode(), depth + 1));
      }
    }
    merged.forEach(node -> merge(value(node, depth + 1), fields));
    return fields;
  }

  /** What stands in the mapping itself wins, then what stands earlier. */
  private void merge(PlacedYaml source, Map<String, PlacedYaml> fields) {
    if (source instanceof Fields other) {
      other.fields().forEach(fields::putIfAbsent);
    } else if (source instanceof Items list) {
      list.items().forEach(item -> merge(item, fields));
    } else if (faults.none()) {
      faults.add(
          new ManifestFault(
              source.line(), source.column(), "", "'<<' takes a mapping, not " + source.kind()));
    }
  }

  private static int line(Node node) {
    return node.getStartMark().map(mark -> mark.getLine() + 1).orElse(1);
  }

  private static int column(Node node) {
    return node.getStartMark().map(mark -> mark.getColumn() + 1).orElse(1);
  }
}
