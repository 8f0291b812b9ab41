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
 */
record Roster(List<String> members, String writer) {
  /** The key under which it stands in the table. */
  static final String KEY = "ledger/roster";

  /** Before anybody belongs. */
  static final Roster EMPTY = new Roster(List.of(), "");

  Roster {
    members = List.copyOf(members);
  }

  static Roster of(String text) {
    JsonObject json = new JsonObject(text);
    List<String> members = new ArrayList<>();
    json.getJsonArray("members").forEach(member -> members.add((String) member));
    return new Roster(members, json.getString("writer", ""));
  }

  String text() {
    return new JsonObject()
        .put("members", new JsonArray(new ArrayList<>(members)))
        .put("writer", writer)
        .encode();
  }

  Roster with(String member) {
    List<String> more = new ArrayList<>(members);
    more.add(member);
    return new Roster(more, writer);
  }

  Roster without(String member) {
    List<String> fewer = new ArrayList<>(members);
    fewer.remove(member);
    return new Roster(fewer, writer.equals(member) ? "" : writer);
  }

  Roster writtenBy(String only) {
    return new Roster(members, only);
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
