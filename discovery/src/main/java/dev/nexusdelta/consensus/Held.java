package dev.nexusdelta.consensus;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * What a member holds on disk: what it has promised, the table as committed (the base) and the
 * writes after it (the tail), of which some may never be committed. Each change goes into the
 * outbox as rows.
 */
final class Held {
  private final Outbox out;
  private Ballot promised = Ballot.NONE;
  private String cluster = "";
  private Position base = Position.START;
  private final TreeMap<String, Entry> entries = new TreeMap<>();
  private final List<Batch> tail = new ArrayList<>();
  private final TreeMap<String, String> leftOvers = new TreeMap<>();

  /** What the tail makes of keys; without a value: deleted. */
  private final Map<String, Optional<Entry>> ahead = new HashMap<>();

  private Roster roster = Roster.EMPTY;
  private Roster committedRoster = Roster.EMPTY;
  private @Nullable Entry rosterRead;

  /** Takes up what was saved. */
  Held(Map<String, String> rows, Outbox out) {
    this.out = out;
    TreeMap<String, Batch> stored = new TreeMap<>();
    rows.forEach(
        (key, text) -> {
          if (key.equals(Rows.META)) {
            Rows.Meta meta = Rows.meta(text);
            promised = meta.promised();
            cluster = meta.cluster();
            base = meta.base();
          } else if (key.startsWith(Rows.ENTRY)) {
            entries.put(key.substring(Rows.ENTRY.length()), Rows.entry(text));
          } else if (key.startsWith(Rows.TAIL)) {
            stored.put(key, Rows.batch(text));
          } else if (key.startsWith(Rows.LEFT)) {
            leftOvers.put(key.substring(Rows.LEFT.length()), text);
          }
        });
    tail.addAll(stored.values());
    look();
  }

  Ballot promised() {
    return promised;
  }

  /** The cluster whose table this is; empty text = none yet. */
  String cluster() {
    return cluster;
  }

  /** Whether the table is known to be committed by a cluster; before that it gives way to any. */
  boolean founded() {
    return base.sequence() > 0;
  }

  /** The committed position, as far as it is known here. */
  Position base() {
    return base;
  }

  /** The committed entries; a view. */
  Map<String, Entry> entries() {
    return Collections.unmodifiableMap(entries);
  }

  List<Batch> tail() {
    return Collections.unmodifiableList(tail);
  }

  /** The roster that counts: the last one, committed or not. */
  Roster roster() {
    return roster;
  }

  /** Whether the cluster has taken that one out, and that holds. */
  boolean forgot(String id) {
    return committedRoster.forgotten().contains(id);
  }

  Map<String, String> leftOvers() {
    return Collections.unmodifiableMap(leftOvers);
  }

  /** Of the last write that is held. */
  Position position() {
    return tail.isEmpty() ? base : tail.get(tail.size() - 1).position();
  }

  /** The position with that sequence, if it is known here. */
  @Nullable Position at(long sequence) {
    if (sequence == base.sequence()) {
      return base;
    }
    long index = sequence - base.sequence() - 1;
    return index >= 0 && index < tail.size() ? tail.get((int) index).position() : null;
  }

  boolean holds(Position position) {
    return position.equals(at(position.sequence()));
  }

  /** What is at a key after the last write. */
  Optional<Entry> latest(String key) {
    Optional<Entry> there = ahead.get(key);
    return there != null ? there : Optional.ofNullable(entries.get(key));
  }

  void promise(Ballot ballot) {
    if (ballot.above(promised)) {
      promised = ballot;
      meta();
    }
  }

  /** The first write of a cluster belongs to it. */
  void found(String id) {
    cluster = id;
    meta();
  }

  void append(Batch batch) {
    tail.add(batch);
    out.save(Rows.tail(batch), Optional.of(Rows.text(batch)));
    lookAt(batch);
  }

  /** Drops the tail from that sequence on: another leader wrote something else. */
  void cut(long sequence) {
    while (position().sequence() >= sequence && !tail.isEmpty()) {
      out.save(Rows.tail(tail.remove(tail.size() - 1)), Optional.empty());
    }
    look();
  }

  /** Everything up to that sequence is committed. */
  List<Batch> fold(long sequence) {
    List<Batch> folded = new ArrayList<>();
    while (!tail.isEmpty() && tail.get(0).position().sequence() <= sequence) {
      Batch batch = tail.remove(0);
      folded.add(batch);
      out.lazily(Rows.tail(batch), Optional.empty());
      for (Change change : batch.changes()) {
        Optional<Entry> entry = change.text().map(text -> new Entry(text, batch.position()));
        put(change.key(), entry, false);
      }
      base = batch.position();
    }
    if (!folded.isEmpty()) {
      out.lazily(Rows.META, Optional.of(Rows.text(new Rows.Meta(promised, cluster, base))));
      look();
    }
    return folded;
  }

  /** All that another needs to have this table, given the committed position of its own. */
  Image image(String theirs, Position from) {
    boolean whole =
        !theirs.equals(cluster)
            || from.sequence() == 0
            || (from.sequence() >= base.sequence() && !holds(from));
    if (!whole && from.sequence() > base.sequence()) {
      List<Batch> later =
          tail.stream().filter(batch -> batch.position().sequence() > from.sequence()).toList();
      return new Image(cluster, from, from, Map.of(), Rows.NO_KEYS, later);
    }
    Map<String, Entry> changed = new TreeMap<>(entries);
    if (!whole) {
      changed.values().removeIf(entry -> entry.written().compareTo(from) <= 0);
    }
    return new Image(
        cluster,
        whole ? Position.START : from,
        base,
        changed,
        new TreeSet<>(entries.keySet()),
        List.copyOf(tail));
  }

  /**
   * Takes over another's table. That of another cluster replaces this one, whose entries are kept
   * as left-overs.
   *
   * @return whether it fits
   */
  boolean install(Image image) {
    boolean same = image.cluster().equals(cluster);
    boolean whole = image.from().equals(Position.START);
    if (!whole && !(same && holds(image.from()))
        || same && image.base().sequence() < base.sequence()) {
      return false;
    }
    if (!whole && image.base().equals(image.from())) {
      return graft(image);
    }
    if (!whole && !image.from().equals(base)) {
      return false;
    }
    if (!same) {
      setAside();
    }
    cut(0);
    for (String key : List.copyOf(entries.keySet())) {
      if (!image.keys().contains(key)) {
        put(key, Optional.empty(), true);
      }
    }
    image.changed().forEach((key, entry) -> put(key, Optional.of(entry), true));
    cluster = image.cluster();
    base = image.base();
    meta();
    look();
    image.tail().forEach(this::append);
    return true;
  }

  /** Nothing but a tail after {@code from}, which is held. */
  private boolean graft(Image image) {
    cut(image.from().sequence() + 1);
    image.tail().forEach(this::append);
    return true;
  }

  /** Only what others would miss: neither the roster nor what was deleted. */
  private void setAside() {
    TreeMap<String, Entry> all = new TreeMap<>(entries);
    ahead.forEach(
        (key, entry) -> entry.ifPresentOrElse(it -> all.put(key, it), () -> all.remove(key)));
    all.remove(Roster.KEY);
    all.forEach(
        (key, entry) -> {
          leftOvers.put(key, entry.text());
          out.save(Rows.LEFT + key, Optional.of(entry.text()));
        });
  }

  /** They are taken in, or not wanted. */
  void forgetLeftOver(String key) {
    if (leftOvers.remove(key) != null) {
      out.save(Rows.LEFT + key, Optional.empty());
    }
  }

  private void put(String key, Optional<Entry> entry, boolean now) {
    entry.ifPresentOrElse(it -> entries.put(key, it), () -> entries.remove(key));
    Optional<String> text = entry.map(Rows::text);
    if (now) {
      out.save(Rows.ENTRY + key, text);
    } else {
      out.lazily(Rows.ENTRY + key, text);
    }
  }

  private void meta() {
    out.save(Rows.META, Optional.of(Rows.text(new Rows.Meta(promised, cluster, base))));
  }

  private void look() {
    ahead.clear();
    Entry committed = entries.get(Roster.KEY);
    if (committed != rosterRead) {
      rosterRead = committed;
      committedRoster = committed == null ? Roster.EMPTY : Roster.of(committed.text());
    }
    roster = committedRoster;
    tail.forEach(this::lookAt);
  }

  private void lookAt(Batch batch) {
    for (Change change : batch.changes()) {
      ahead.put(change.key(), change.text().map(text -> new Entry(text, batch.position())));
    }
    batch.roster().ifPresent(next -> roster = next);
  }
}
