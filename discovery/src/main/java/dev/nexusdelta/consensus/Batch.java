package dev.nexusdelta.consensus;

import java.util.List;
import java.util.Optional;

/**
 * One write as it is stored and sent: all of its changes hold or none. No changes: a first entry.
 */
record Batch(Position position, List<Change> changes) {
  Batch {
    changes = List.copyOf(changes);
  }

  /** The roster that counts from here on, if this changes it. */
  Optional<Roster> roster() {
    return changes.stream()
        .filter(change -> change.key().equals(Roster.KEY))
        .flatMap(change -> change.text().stream())
        .map(Roster::of)
        .reduce((first, last) -> last);
  }

  /** About what it weighs in a message. */
  int weight() {
    int weight = 100;
    for (Change change : changes) {
      weight += 50 + change.key().length() + change.text().map(String::length).orElse(0);
    }
    return weight;
  }
}
