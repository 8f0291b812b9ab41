package dev.nexusdelta.host.docker.image;

import java.lang.module.ModuleDescriptor;
import java.lang.module.ModuleFinder;
import java.util.Arrays;
import java.util.Collection;
import java.util.Set;
import java.util.TreeSet;

/** Sets of the JDK's modules, by name. Pure. */
final class Modules {
  /** All that an agent can want; for code that cannot be looked through. */
  static final Set<String> ALL =
      Set.of("java.se", "jdk.httpserver", "jdk.unsupported", "jdk.crypto.ec", "jdk.zipfs");

  private Modules() {}

  /** From {@code a,b,c}; empty text gives none. */
  static Set<String> parse(String list) {
    Set<String> names = new TreeSet<>();
    Arrays.stream(list.split(",", -1))
        .map(String::strip)
        .filter(name -> !name.isEmpty())
        .forEach(names::add);
    return names;
  }

  /** Sorted, separated by commas. */
  static String text(Collection<String> names) {
    return String.join(",", new TreeSet<>(names));
  }

  /** With all that they require in turn. */
  static Set<String> closure(Collection<String> names) {
    Set<String> all = new TreeSet<>();
    names.forEach(name -> add(name, ModuleFinder.ofSystem(), all));
    return all;
  }

  private static void add(String name, ModuleFinder finder, Set<String> all) {
    if (!all.add(name)) {
      return;
    }
    finder
        .find(name)
        .ifPresent(
            found ->
                found.descriptor().requires().stream()
                    .filter(r -> !r.modifiers().contains(ModuleDescriptor.Requires.Modifier.STATIC))
                    .forEach(requires -> add(requires.name(), finder, all)));
  }

  /** What {@code needed} has and {@code there}, with all that it requires, has not. */
  static Set<String> missing(Collection<String> needed, Collection<String> there) {
    Set<String> missing = new TreeSet<>(needed);
    missing.removeAll(closure(there));
    return missing;
  }
}
