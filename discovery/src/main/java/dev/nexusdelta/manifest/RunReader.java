package dev.nexusdelta.manifest;

import java.net.URI;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/** Reads {@code run}: exactly one of four forms. */
final class RunReader {
  static final List<String> FORMS = List.of("java", "command", "image", "url");
  static final List<String> CLASSPATH = List.of("lib/*.jar");
  static final int CONTAINER_PORT = 8000;

  private static final List<String> KEYS =
      List.of("java", "classpath", "command", "image", "container-port", "volumes", "url");
  private static final Pattern INSIDE =
      Pattern.compile("(?!/)(?!.*(^|/)\\.\\.(/|$))[^\\p{Cntrl}\\\\:]{1,500}");
  private static final Pattern CODE = Pattern.compile(INSIDE.pattern() + "(?<=.\\.(java|jar))");
  private static final Pattern JARS = Pattern.compile(INSIDE.pattern() + "(?<=\\.jar|/)");
  private static final Pattern IMAGE =
      Pattern.compile(
          "[A-Za-z0-9][A-Za-z0-9._-]*(:[0-9]+)?(/[A-Za-z0-9._-]+)*"
              + "(:[A-Za-z0-9_][A-Za-z0-9._-]{0,127})?(@[a-z0-9+._-]+:[0-9a-fA-F]{32,})?");

  private RunReader() {}

  static Optional<Run> run(Value value) {
    Section at = Section.known(value, KEYS);
    if (!value.isMapping()) {
      return Optional.empty();
    }
    List<String> forms = FORMS.stream().filter(at::has).toList();
    if (forms.size() != 1) {
      value.fault(
          forms.isEmpty()
              ? "names no way to run; add exactly one of java, command, image, url"
              : "has " + String.join(" and ", forms) + "; keep exactly one of them");
      return Optional.empty();
    }
    String form = forms.get(0);
    belongsTo(at, "classpath", "java", form);
    belongsTo(at, "container-port", "image", form);
    belongsTo(at, "volumes", "image", form);
    Value what = at.get(form).orElseThrow();
    return switch (form) {
      case "java" -> java(at, what);
      case "command" -> command(what);
      case "image" -> image(at, what);
      default -> url(what);
    };
  }

  private static void belongsTo(Section at, String key, String owner, String form) {
    if (!form.equals(owner)) {
      at.get(key).ifPresent(it -> it.fault("belongs to run." + owner + " only; leave it out"));
    }
  }

  private static Optional<Run> java(Section at, Value what) {
    List<String> classpath =
        at.has("classpath")
            ? at.texts("classpath", 100, JARS, "jars inside the agent's folder, such as lib/*.jar")
            : CLASSPATH;
    return what.matching(CODE, "a .java or .jar file inside the agent's folder")
        .map(file -> new Run.Java(file, classpath));
  }

  private static Optional<Run> command(Value what) {
    return what.text(8000, false)
        .flatMap(line -> line.isEmpty() ? what.refused(line, "a command line") : Optional.of(line))
        .map(Run.Command::new);
  }

  private static Optional<Run> image(Section at, Value what) {
    int port = at.integer("container-port", CONTAINER_PORT, 1, 65535);
    List<Run.Volume> volumes = at.get("volumes").map(VolumesReader::volumes).orElse(List.of());
    return what.matching(IMAGE, "an image reference such as registry/agent:1.2")
        .map(reference -> new Run.Image(reference, port, volumes));
  }

  private static Optional<Run> url(Value what) {
    List<Value> items = what.isList() ? what.items(100, "a list of addresses") : List.of(what);
    if (what.isList() && items.isEmpty()) {
      what.fault("is empty; give at least one address such as http://192.0.2.7:9000");
    }
    Map<String, URI> addresses = new LinkedHashMap<>();
    for (Value item : items) {
      UrlReader.address(item)
          .ifPresent(
              uri -> {
                String key = uri.toString().toLowerCase(Locale.ROOT);
                if (addresses.putIfAbsent(key, uri) != null) {
                  item.fault("repeats " + uri + "; keep one");
                }
              });
    }
    return Optional.of(new Run.Url(new ArrayList<>(addresses.values())));
  }
}
