package dev.nexusdelta.manifest;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.math.BigInteger;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.NodeTuple;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.SequenceNode;
import org.snakeyaml.engine.v2.nodes.Tag;

/**
 * Turns a part of the document whose keys are not ours (a JSON Schema) into JSON text. Aliases are
 * expanded, so the number of values is bounded.
 */
final class JsonTree {
  private static final int MOST_VALUES = 10_000;
  private static final int DEEPEST = 60;
  private static final Pattern DECIMAL = Pattern.compile("[-+]?[0-9]+");

  private final Value root;
  private int values;
  private boolean faulty;

  private JsonTree(Value root) {
    this.root = root;
  }

  /** Compact JSON text of a mapping. */
  static Optional<String> objectText(Value value) {
    if (!value.isMapping()) {
      value.fault("must be a mapping, the JSON Schema");
      return Optional.empty();
    }
    JsonTree tree = new JsonTree(value);
    Object json = tree.json(value.node(), 0);
    return tree.faulty || !(json instanceof JsonObject object)
        ? Optional.empty()
        : Optional.of(object.encode());
  }

  private @Nullable Object json(Node node, int depth) {
    if (++values > MOST_VALUES || depth > DEEPEST) {
      fault(node, "is too large: at most " + MOST_VALUES + " values, " + DEEPEST + " levels");
      return null;
    }
    if (faulty) {
      return null;
    }
    if (node instanceof MappingNode mapping) {
      JsonObject object = new JsonObject();
      for (NodeTuple tuple : mapping.getValue()) {
        if (!(tuple.getKeyNode() instanceof ScalarNode key) || object.containsKey(key.getValue())) {
          fault(tuple.getKeyNode(), "has a key that stands twice or is not a word");
          return null;
        }
        object.put(key.getValue(), json(tuple.getValueNode(), depth + 1));
      }
      return object;
    }
    if (node instanceof SequenceNode sequence) {
      JsonArray array = new JsonArray();
      for (Node item : sequence.getValue()) {
        array.add(json(item, depth + 1));
      }
      return array;
    }
    return scalar((ScalarNode) node);
  }

  private @Nullable Object scalar(ScalarNode node) {
    String text = node.getValue();
    Tag tag = node.getTag();
    if (tag.equals(Tag.NULL)) {
      return null;
    }
    if (tag.equals(Tag.STR)) {
      return text;
    }
    if (tag.equals(Tag.BOOL)) {
      return Boolean.parseBoolean(text);
    }
    if (tag.equals(Tag.INT) && DECIMAL.matcher(text).matches() && text.length() <= 100) {
      BigInteger number = new BigInteger(text);
      return number.bitLength() < Long.SIZE ? (Object) number.longValue() : number;
    }
    if (tag.equals(Tag.FLOAT)) {
      try {
        double number = Double.parseDouble(text);
        if (Double.isFinite(number)) {
          return number;
        }
      } catch (NumberFormatException infinite) {
        // a fault, as below
      }
    }
    fault(node, "has a value that JSON does not know: " + tag.getValue());
    return null;
  }

  private void fault(Node node, String message) {
    if (!faulty) {
      faulty = true;
      root.faults().add(node.getStartMark(), root.pointer(), root.label() + " " + message);
    }
  }
}
