package dev.nexusdelta.manifest;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.snakeyaml.engine.v2.exceptions.Mark;

/** Collects what is wrong while a document is read. One reading, one thread. */
final class Faults {
  /** More would help nobody, and a hostile document must not grow an answer. */
  private static final int SHOWN = 50;

  private final List<ManifestFault> found = new ArrayList<>();

  void add(Optional<Mark> place, String pointer, String message) {
    int line = place.map(mark -> mark.getLine() + 1).orElse(1);
    int column = place.map(mark -> mark.getColumn() + 1).orElse(1);
    add(new ManifestFault(line, column, pointer, message));
  }

  void add(ManifestFault fault) {
    if (found.size() < SHOWN) {
      found.add(fault);
    }
  }

  boolean none() {
    return found.isEmpty();
  }

  /** In the order of the text. */
  ManifestResult.Invalid result() {
    List<ManifestFault> sorted = new ArrayList<>(found);
    sorted.sort(
        Comparator.comparingInt(ManifestFault::line).thenComparingInt(ManifestFault::column));
    return new ManifestResult.Invalid(sorted);
  }
}
