package dev.nexusdelta.consensus;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/** What clients asked for and were told, what was written and shown; and whether it fits. */
final class History {
  /** One write of a client: of one key, and of a key of its own by which it is found again. */
  static final class Op {
    final int id;
    final String key;
    final Optional<Position> expected;
    final Optional<String> text;
    final long invoked;
    long answered = Long.MAX_VALUE;
    Optional<Outcome> outcome = Optional.empty();

    Op(int id, String key, Optional<Position> expected, Optional<String> text, long invoked) {
      this.id = id;
      this.key = key;
      this.expected = expected;
      this.text = text;
      this.invoked = invoked;
    }

    String mark() {
      return "op/" + id;
    }

    Proposal proposal() {
      return new Proposal(List.of(new Edit(key, expected, text), Edit.add(mark(), "-")), "");
    }

    @Override
    public String toString() {
      return "op " + id + " of " + key + " expecting " + expected + ": " + outcome;
    }
  }

  final Map<Integer, Op> ops = new LinkedHashMap<>();
  private final Map<Position, Position> parents = new HashMap<>();
  private final Map<Position, Batch> batches = new HashMap<>();
  private final Map<Position, Map<String, Entry>> shown = new HashMap<>();

  void wrote(Batch batch, Position parent) {
    Position known = parents.putIfAbsent(batch.position(), parent);
    check(known == null || known.equals(parent), "two histories of " + batch.position());
    Batch other = batches.putIfAbsent(batch.position(), batch);
    check(other == null || other.equals(batch), "two writes at " + batch.position());
  }

  /** A member says that this is committed. */
  void shown(Position position, Map<String, Entry> entries) {
    Map<String, Entry> known = shown.get(position);
    if (known == null) {
      shown.put(position, new TreeMap<>(entries));
    } else {
      check(known.equals(entries), "two tables at " + position);
    }
  }

  /** All committed positions are on the way to the last one, which all members have. */
  void verify(Position last, Map<String, Entry> entries, Set<String> aside) {
    List<Position> way = new ArrayList<>();
    for (Position at = last; at.sequence() > 0; at = parents.get(at)) {
      way.add(0, at);
    }
    Set<Position> all = new HashSet<>(way);
    all.add(Position.START);
    if (aside.isEmpty()) {
      for (Position position : shown.keySet()) {
        check(all.contains(position), position + " was shown, but is not on the way to " + last);
      }
    }
    Map<String, Entry> table = new TreeMap<>(shown.getOrDefault(Position.START, Map.of()));
    Map<String, Position> found = new HashMap<>();
    Map<String, List<Optional<Position>>> states = new HashMap<>();
    for (Position at : way) {
      replay(batches.get(at), table, found, states);
    }
    check(table.equals(entries), "the table is not what its history makes");
    ops.values().forEach(op -> verify(op, found, aside));
    realTime(found);
    conflicts(all, found);
  }

  private void replay(
      Batch batch,
      Map<String, Entry> table,
      Map<String, Position> found,
      Map<String, List<Optional<Position>>> states) {
    for (Change change : batch.changes()) {
      if (change.key().startsWith("op/")) {
        Op op = ops.get(Integer.parseInt(change.key().substring(3)));
        Optional<Position> there = Optional.ofNullable(table.get(op.key)).map(Entry::written);
        if (!there.equals(Optional.of(batch.position()))) {
          check(op.text.isEmpty(), op + " left no text");
        }
        check(found.put(change.key(), batch.position()) == null, op + " was written twice");
      } else if (!change.key().equals(Roster.KEY)) {
        Op op = opOf(batch);
        Optional<Position> there = Optional.ofNullable(table.get(op.key)).map(Entry::written);
        check(there.equals(op.expected), op + " was written over " + there);
      }
      change
          .text()
          .ifPresentOrElse(
              text -> table.put(change.key(), new Entry(text, batch.position())),
              () -> table.remove(change.key()));
    }
  }

  private Op opOf(Batch batch) {
    return batch.changes().stream()
        .filter(change -> change.key().startsWith("op/"))
        .map(change -> ops.get(Integer.parseInt(change.key().substring(3))))
        .findFirst()
        .orElseThrow();
  }

  private static void verify(Op op, Map<String, Position> found, Set<String> aside) {
    Position at = found.get(op.mark());
    boolean none = at == null && !aside.contains(op.mark());
    op.outcome.ifPresent(
        outcome ->
            outcome
                .<Runnable>fold(
                    new Outcome.Cases<>(
                        it ->
                            () ->
                                check(
                                    it.position().equals(at) || aside.contains(op.mark()),
                                    op + " is lost, or at " + at),
                        it -> () -> check(none, op + " is at " + at),
                        it -> () -> check(none, op + " is at " + at),
                        it -> () -> {}))
                .run());
  }

  /** What was committed before another began comes before it. */
  private void realTime(Map<String, Position> found) {
    for (Op one : ops.values()) {
      for (Op two : ops.values()) {
        Position first = found.get(one.mark());
        Position second = found.get(two.mark());
        boolean committed = committed(one) && first != null && second != null;
        if (committed && one.answered < two.invoked) {
          check(first.sequence() < second.sequence(), one + " comes after " + two);
        }
      }
    }
  }

  /** What a conflict showed had not been replaced when it was asked for. */
  private void conflicts(Set<Position> all, Map<String, Position> found) {
    for (Op op : ops.values()) {
      if (op.outcome.orElse(null) instanceof Outcome.Conflict conflict) {
        Entry entry = conflict.found().get(op.key);
        if (entry == null || found.isEmpty() || !all.contains(entry.written())) {
          continue;
        }
        for (Op other : ops.values()) {
          Position at = found.get(other.mark());
          if (committed(other) && at != null && other.key.equals(op.key)) {
            check(
                other.answered >= op.invoked || at.sequence() <= entry.written().sequence(),
                op + " was shown what " + other + " had replaced");
          }
        }
      }
    }
  }

  private static boolean committed(Op op) {
    return op.outcome.orElse(null) instanceof Outcome.Committed;
  }

  static void check(boolean holds, String otherwise) {
    if (!holds) {
      throw new AssertionError(otherwise);
    }
  }
}
