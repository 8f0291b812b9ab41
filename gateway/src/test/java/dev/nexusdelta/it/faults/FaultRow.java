package dev.nexusdelta.it.faults;

import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * One script of the suite, as its first lines describe it: the promise on the very first, then
 * {@code # word: value} lines.
 *
 * @param name of the file without its ending; the agent is called so too, as far as names may be
 * @param promise what must hold
 * @param isLong whether it takes more than some seconds
 * @param isAlone whether no other may be played meanwhile
 * @param root whether it needs a superuser
 * @param replicas of the row's agent
 * @param agent what its manifest says beyond the usual
 * @param settings of the gateway, in the form of its environment; rows with equal ones share one
 */
record FaultRow(
    String name,
    Path file,
    String promise,
    boolean isLong,
    boolean isAlone,
    boolean root,
    int replicas,
    JsonObject agent,
    Map<String, String> settings) {
  private static final Pattern PROMISE =
      Pattern.compile("(?:varnishtest |\"\")\"([AB][0-9].*?)\"*");
  private static final Pattern LINE = Pattern.compile("# ([a-z]+): (.*)");

  /** Every script of a folder. */
  static List<FaultRow> in(Path folder) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files
          .filter(file -> file.getFileName().toString().matches("[AB][0-9].*\\.(vtc|py)"))
          .sorted()
          .map(FaultRow::of)
          .toList();
    }
  }

  private static FaultRow of(Path file) {
    try {
      List<String> lines = Files.readAllLines(file);
      Matcher promise = PROMISE.matcher(lines.get(0));
      if (!promise.matches()) {
        throw new IllegalArgumentException(
            file + ": the first line is no promise: " + lines.get(0));
      }
      Map<String, String> words = new TreeMap<>();
      for (String line : lines.subList(1, lines.size())) {
        Matcher word = LINE.matcher(line);
        if (!word.matches()) {
          break;
        }
        words.put(word.group(1), word.group(2));
      }
      String name = file.getFileName().toString();
      Map<String, String> settings = new TreeMap<>();
      object(words.get("settings"))
          .forEach(each -> settings.put(each.getKey(), "" + each.getValue()));
      return new FaultRow(
          name.substring(0, name.lastIndexOf('.')),
          file,
          promise.group(1),
          words.containsKey("long"),
          words.containsKey("alone"),
          words.containsKey("root"),
          Integer.parseInt(words.getOrDefault("replicas", "1")),
          object(words.get("agent")),
          settings);
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  private static JsonObject object(@org.jspecify.annotations.Nullable String json) {
    return json == null ? new JsonObject() : new JsonObject(json);
  }

  boolean isVtc() {
    return file.toString().endsWith(".vtc");
  }

  /** The name of the row's agent. */
  String agentName() {
    return name.toLowerCase(java.util.Locale.ROOT).replaceAll("[^a-z0-9]+", "-");
  }
}
