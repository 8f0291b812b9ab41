package dev.nexusdelta.manifest;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/** Reads {@code run.volumes}: named volumes of the engine only, never folders of the machine. */
final class VolumesReader {
  private static final int MOST = 20;
  private static final Pattern NAME = Pattern.compile("[a-zA-Z0-9][a-zA-Z0-9_.-]{1,127}");
  private static final String NAME_FORM =
      "the name of a volume: 2 to 128 letters, digits, '_', '.', '-', a letter or digit first"
          + " (no folder of the machine)";

  /** How hosts mark their engine; a container that could write there could take it over. */
  private static final String OURS = "nexus-owner";

  private static final Pattern PATH = Pattern.compile("(/[A-Za-z0-9_@%+=.-]{1,255}){1,16}");
  private static final String PATH_FORM = "an absolute path such as /data";
  private static final Set<String> SYSTEM = Set.of("tmp", "proc", "sys", "dev", "run", "etc");

  private VolumesReader() {}

  static List<Run.Volume> volumes(Value value) {
    List<Run.Volume> volumes = new ArrayList<>();
    Set<String> paths = new HashSet<>();
    for (Value item : value.items(MOST, "a list of {name: …, path: …}")) {
      Section at = Section.known(item, List.of("name", "path", "readOnly"));
      Optional<String> name = required(at, "name", "data").flatMap(VolumesReader::name);
      Optional<Value> path = required(at, "path", "/data");
      boolean readOnly = at.flag("readOnly");
      Optional<String> place = path.flatMap(VolumesReader::path);
      if (place.isPresent() && !paths.add(place.get())) {
        path.get().fault("repeats " + place.get() + "; one volume per path");
      } else if (name.isPresent() && place.isPresent()) {
        volumes.add(new Run.Volume(name.get(), place.get(), readOnly));
      }
    }
    return volumes;
  }

  private static Optional<Value> required(Section at, String key, String example) {
    if (!at.has(key) && at.at().isMapping()) {
      at.at().fault("lacks '" + key + "'; say " + key + ": " + example);
    }
    return at.get(key);
  }

  private static Optional<String> name(Value value) {
    return value
        .matching(NAME, NAME_FORM)
        .flatMap(
            name ->
                name.equals(OURS)
                    ? value.refused(name, "another name: that one marks whose engine it is")
                    : Optional.of(name));
  }

  private static Optional<String> path(Value value) {
    return value
        .matching(PATH, PATH_FORM)
        .flatMap(
            path -> {
              List<String> steps = List.of(path.substring(1).split("/"));
              if (steps.contains(".") || steps.contains("..")) {
                return value.refused(path, PATH_FORM + ", without '.' and '..'");
              }
              return SYSTEM.contains(steps.get(0))
                  ? value.refused(path, "a path outside of /" + steps.get(0) + ", such as /data")
                  : Optional.of(path);
            });
  }
}
