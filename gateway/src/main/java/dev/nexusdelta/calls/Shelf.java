package dev.nexusdelta.calls;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.function.Predicate;

/**
 * Records of one kind in groups, within a number of bytes. The oldest of the heaviest group gives
 * way. Not thread-safe.
 */
final class Shelf {
  private final int most;
  private final Function<CallRecord, String> groupOf;
  private final Map<String, Group> groups = new HashMap<>();
  private long bytes;

  private static final class Group {
    private final Deque<CallRecord> calls = new ArrayDeque<>();
    private long bytes;
  }

  Shelf(int most, Function<CallRecord, String> groupOf) {
    this.most = most;
    this.groupOf = groupOf;
  }

  void add(CallRecord call) {
    Group group = groups.computeIfAbsent(groupOf.apply(call), key -> new Group());
    group.calls.addLast(call);
    change(group, call.weight());
    while (bytes > most) {
      dropOldest(heaviest(group));
    }
    groups.values().removeIf(each -> each.calls.isEmpty());
  }

  /** All that came before a moment. */
  void forget(long beforeMillis) {
    for (Group group : groups.values()) {
      while (!group.calls.isEmpty() && group.calls.getFirst().atMillis() <= beforeMillis) {
        dropOldest(group);
      }
    }
    groups.values().removeIf(each -> each.calls.isEmpty());
  }

  void collect(Predicate<CallRecord> which, List<CallRecord> to) {
    for (Group group : groups.values()) {
      for (CallRecord call : group.calls) {
        if (which.test(call)) {
          to.add(call);
        }
      }
    }
  }

  long bytes() {
    return bytes;
  }

  private Group heaviest(Group any) {
    Group heaviest = any;
    for (Group group : groups.values()) {
      if (group.bytes > heaviest.bytes) {
        heaviest = group;
      }
    }
    return heaviest;
  }

  private void dropOldest(Group group) {
    change(group, -group.calls.removeFirst().weight());
  }

  private void change(Group group, long by) {
    group.bytes += by;
    bytes += by;
  }
}
