package dev.nexusdelta.manifest;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Optional;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.api.lowlevel.Compose;
import org.snakeyaml.engine.v2.api.lowlevel.Parse;
import org.snakeyaml.engine.v2.events.Event;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.exceptions.ReaderException;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.resolver.CoreScalarResolver;
import org.snakeyaml.engine.v2.resolver.ScalarResolver;
import org.snakeyaml.engine.v2.schema.CoreSchema;

/** Text to a tree whose nodes know their places; bounded in size, depth and aliases. */
final class YamlTree {
  static final int LARGEST = 1 << 20;
  private static final int DEEPEST = 50;
  private static final LoadSettings SETTINGS = settings(20);

  private YamlTree() {}

  /** Without merge keys: the library never ends over a mapping that is merged into itself. */
  private static final class PlainSchema extends CoreSchema {
    private final ScalarResolver resolver = new CoreScalarResolver(false);

    @Override
    public ScalarResolver getScalarResolver() {
      return resolver;
    }
  }

  private static LoadSettings settings(int aliases) {
    return LoadSettings.builder()
        .setLabel("agent.yaml")
        .setSchema(new PlainSchema())
        .setCodePointLimit(LARGEST)
        .setMaxAliasesForCollections(aliases)
        .setAllowNonScalarKeys(true) // refused with their place by Section
        .setUseMarks(true)
        .build();
  }

  /** The root; empty if the document is empty or the text is no YAML (then a fault was added). */
  static Optional<Node> compose(String text, Faults faults) {
    return compose(text, faults, SETTINGS);
  }

  /** The same for documents that use many aliases; the caller bounds what they expand to. */
  static Optional<Node> compose(String text, Faults faults, int aliases) {
    return compose(text, faults, settings(aliases));
  }

  private static Optional<Node> compose(String text, Faults faults, LoadSettings settings) {
    if (text.length() > LARGEST) {
      faults.add(
          Optional.empty(),
          "",
          "the document has " + text.length() + " characters; at most 1 MiB is read");
      return Optional.empty();
    }
    String clean = text.startsWith("\uFEFF") ? text.substring(1) : text;
    try {
      return shallowEnough(clean, faults)
          ? new Compose(settings).composeString(clean)
          : Optional.empty();
    } catch (MarkedYamlEngineException e) {
      faults.add(e.getProblemMark().or(e::getContextMark), "", "not well-formed: " + explained(e));
    } catch (ReaderException e) {
      faults.add(place(clean, e));
    } catch (YamlEngineException e) {
      faults.add(Optional.empty(), "", "not well-formed: " + e.getMessage());
    }
    return Optional.empty();
  }

  /** Whether the text is JSON and nothing else; adds the fault if not. */
  static boolean isJson(String text, Faults faults) {
    try (JsonParser parser =
        new JsonFactory()
            .enable(JsonParser.Feature.STRICT_DUPLICATE_DETECTION)
            .createParser(text)) {
      int depth = 0;
      boolean ended = false;
      for (var token = parser.nextToken(); token != null; token = parser.nextToken()) {
        if (ended) {
          faults.add(new ManifestFault(1, 1, "", "more than one JSON document"));
          return false;
        }
        depth += token.isStructStart() ? 1 : token.isStructEnd() ? -1 : 0;
        ended = depth == 0;
      }
      return true;
    } catch (JsonProcessingException e) {
      JsonLocation at = e.getLocation();
      int line = at == null ? 1 : at.getLineNr();
      int column = at == null ? 1 : at.getColumnNr();
      faults.add(new ManifestFault(line, column, "", "not JSON: " + JsonFault.text(e)));
      return false;
    } catch (IOException e) {
      throw new UncheckedIOException("reading from memory cannot fail", e);
    }
  }

  /** The composer calls itself per level: depth is checked on the flat stream of events first. */
  private static boolean shallowEnough(String text, Faults faults) {
    int depth = 0;
    for (Event event : new Parse(SETTINGS).parseString(text)) {
      Event.ID kind = event.getEventId();
      if (kind == Event.ID.MappingStart || kind == Event.ID.SequenceStart) {
        depth++;
      } else if (kind == Event.ID.MappingEnd || kind == Event.ID.SequenceEnd) {
        depth--;
      }
      if (depth > DEEPEST) {
        faults.add(event.getStartMark(), "", "nested deeper than " + DEEPEST + " levels");
        return false;
      }
    }
    return true;
  }

  private static String explained(MarkedYamlEngineException e) {
    String problem = e.getProblem();
    String context = e.getContext();
    if (problem == null) {
      return context == null ? "cannot be read" : context;
    }
    String hint = problem.contains("'\\t(TAB)'") ? "; indent with spaces, not tabs" : "";
    return (context == null ? problem : context + ", " + problem) + hint;
  }

  private static ManifestFault place(String text, ReaderException e) {
    int end = Math.min(text.length(), Math.max(0, e.getPosition()));
    String before = text.substring(0, end);
    int line = 1 + (int) before.chars().filter(c -> c == '\n').count();
    int column = end - before.lastIndexOf('\n');
    return new ManifestFault(
        line,
        column,
        "",
        String.format(
            "character U+%04X is not allowed; write it as an escape or leave it out",
            e.getCodePoint()));
  }
}
