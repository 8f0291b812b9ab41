package dev.nexusdelta.consensus;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * Who belongs to the cluster, and thereby how many make a majority. It stands in the table itself.
 *
 * @param members in the order in which they came
 * @param writer the only one of a pair that may lead, and then needs nobody; empty text = none
 * @param forgotten those that were taken out, for good: they never belong again
 */
record Roster(List<String> members, String writer, List<String> forgotten) {
  /** The key under which it stands in the table. */
  static final String KEY = "ledger/roster";

  /** Before anybody belongs. */
  static final Roster EMPTY = of(List.of());

  Roster {
    members = List.copyOf(members);
    forgotten = List.copyOf(forgotten);
  }

  /** The first of a cluster. */
  static Roster of(List<String> members) {
    return new Roster(members, "", List.of());
  }

  static Roster of(String text) {
    JsonObject json = new JsonObject(text);
    return new Roster(
        ids(json.getJsonArray("members")),
        json.getString("writer", ""),
        ids(json.getJsonArray("forgotten", new JsonArray())));
  }

  private static List<String> ids(JsonArray json) {
    return json.stream().map(String.class::cast).toList();
  }

  String text() {
    return new JsonObject()
        .put("members", new JsonArray(new ArrayList<>(members)))
        .put("writer", writer)
        .put("forgotten", new JsonArray(new ArrayList<>(forgotten)))
        .encode();
  }

  Roster with(String member) {
    List<String> more = new ArrayList<>(members);
    more.add(member);
    return new Roster(more, writer, forgotten);
  }

  /** Forgets it. */
  Roster without(String member) {
    List<String> fewer = new ArrayList<>(members);
    fewer.remove(member);
    List<String> gone = new ArrayList<>(forgotten);
    gone.add(member);
    return new Roster(fewer, writer.equals(member) ? "" : writer, gone);
  }

  Roster writtenBy(String only) {
    return new Roster(members, only, forgotten);
  }

  /** Whether those are enough to lead, and for a change of the roster: Raft's majority. */
  boolean elects(Set<String> those) {
    return commits(those, 0);
  }

  /** Whether what those have is committed, where {@code size} gateways are wanted at least. */
  boolean commits(Set<String> those, int size) {
    return writer.isEmpty() ? have(those) >= needed(size) : those.contains(writer);
  }

  /** How many of the members are among those. */
  int have(Set<String> those) {
    return (int) members.stream().filter(those::contains).count();
  }

  /** How many make a majority, where {@code size} gateways are wanted at least. */
  int needed(int size) {
    return writer.isEmpty() ? majority(Math.max(size, members.size())) : 1;
  }

  static int majority(int size) {
    return size / 2 + 1;
  }
}
