package dev.nexusdelta.consensus;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Consumer;

/** A leader's time in one ballot: takes writes, spreads them, and says when they are committed. */
final class Tenure {
  private static final int FORWARDS = 100_000;

  private final Member member;
  private final Held held;
  private final Ballot ballot;
  private final long began;
  private final Followers followers;
  private final Deque<Pending> pending = new ArrayDeque<>();

  private final Set<String> forwards = new LinkedHashSet<>();
  private final long first;
  private long saved;
  private long rosterChanged;
  private long beat = Long.MIN_VALUE / 2;

  /** Somebody who waits for what becomes of a write. */
  private record Pending(
      long sequence, Outcome outcome, Outcome lost, long deadline, Consumer<Outcome> answer) {}

  /** Begins with a first entry: only with it is what earlier leaders left committed. */
  Tenure(Member member, Ballot ballot, List<Change> entry) {
    this.member = member;
    this.held = member.held();
    this.ballot = ballot;
    this.began = member.now();
    this.followers = new Followers(member, this);
    this.first = held.position().sequence() + 1;
    this.rosterChanged = first;
    append(entry);
  }

  Ballot ballot() {
    return ballot;
  }

  /** Whether it leads: its first entry is committed, and a majority still follows. */
  boolean leads() {
    return held.base().ballot().equals(ballot) && followed();
  }

  boolean followed() {
    return held.roster().commits(followers.heard(), member.settings().size());
  }

  Followers followers() {
    return followers;
  }

  private void append(List<Change> changes) {
    Batch batch = new Batch(held.position().next(ballot), changes);
    held.append(batch);
    long sequence = batch.position().sequence();
    member.then(() -> savedUpTo(sequence));
    followers.spread();
  }

  private void savedUpTo(long sequence) {
    if (member.is(this)) {
      saved = Math.max(saved, sequence);
      advance();
    }
  }

  // Writes.

  void forward(Request.Forward asked, Consumer<Outcome> answer) {
    if (!forwards.add(asked.id())) {
      answer.accept(new Outcome.Unknown("it came twice"));
      return;
    }
    if (forwards.size() > FORWARDS) {
      forwards.remove(forwards.iterator().next());
    }
    write(asked.proposal(), answer);
  }

  void write(Proposal proposal, Consumer<Outcome> answer) {
    if (!leads()) {
      answer.accept(new Outcome.NotWritten(member.missing()));
      return;
    }
    String forget = proposal.forget();
    Optional<Outcome> refused = forget.isEmpty() ? Optional.empty() : refusal(forget);
    if (refused.isPresent()) {
      answer.accept(refused.get());
      return;
    }
    boolean agrees = true;
    Map<String, Entry> found = new TreeMap<>();
    for (Edit edit : proposal.edits()) {
      Optional<Entry> there = held.latest(edit.key());
      if (!there.map(Entry::written).equals(edit.expected())) {
        agrees = false;
        there.ifPresent(entry -> found.put(edit.key(), entry));
      }
    }
    List<Change> changes = new ArrayList<>();
    if (agrees) {
      proposal.edits().forEach(edit -> changes.add(new Change(edit.key(), edit.text())));
      if (forget.isEmpty()) {
        append(changes);
      } else {
        change(held.roster().without(forget), changes);
      }
      await(
          new Outcome.Committed(held.position()),
          new Outcome.Unknown("the leader was lost, or a majority, while it was under way"),
          answer);
    } else {
      // An entry of its own shows that this one still leads, so that what was found is true.
      append(changes);
      await(new Outcome.Conflict(found), new Outcome.NotWritten(member.missing()), answer);
    }
  }

  private void await(Outcome outcome, Outcome lost, Consumer<Outcome> answer) {
    long deadline = member.now() + member.pace().patience();
    pending.add(new Pending(held.position().sequence(), outcome, lost, deadline, answer));
  }

  /** Why that member is not taken out now. */
  private Optional<Outcome> refusal(String id) {
    if (!held.roster().members().contains(id)) {
      return Optional.of(new Outcome.Conflict(Map.of()));
    }
    if (id.equals(member.id()) || followers.heard().contains(id) || member.sighted().contains(id)) {
      return Optional.of(new Outcome.NotWritten(Ledger.stillThere(id)));
    }
    return rosterMayChange()
        ? Optional.empty()
        : Optional.of(new Outcome.NotWritten("another change of the members is under way"));
  }

  private void change(Roster roster, List<Change> others) {
    List<Change> changes = new ArrayList<>(others);
    changes.add(new Change(Roster.KEY, Optional.of(roster.text())));
    append(changes);
    rosterChanged = held.position().sequence();
  }

  void advance() {
    long most = held.base().sequence();
    for (long sequence = held.position().sequence();
        sequence > most && sequence >= first;
        sequence--) {
      if (held.roster().commits(followers.having(sequence, saved), member.settings().size())) {
        most = sequence;
      }
    }
    if (most == held.base().sequence()) {
      return;
    }
    List<Batch> folded = held.fold(most);
    followers.remember(folded);
    member.committed(folded);
    while (!pending.isEmpty() && pending.peek().sequence() <= most) {
      Pending done = pending.remove();
      done.answer().accept(done.outcome());
    }
    followers.spread();
  }

  // Time passes.

  void tick() {
    while (!pending.isEmpty() && pending.peek().deadline() <= member.now()) {
      lose(pending.remove());
    }
    if (member.now() - beat >= member.pace().heartbeat()) {
      beat = member.now();
      followers.spread();
    }
    if (rosterMayChange()) {
      changeRoster();
    }
  }

  /** One change at a time, and none before an own entry is safe. */
  private boolean rosterMayChange() {
    return held.founded() && held.roster().elects(followers.having(rosterChanged, saved));
  }

  private void changeRoster() {
    Roster roster = held.roster();
    Settings settings = member.settings();
    boolean pair = Math.max(settings.size(), roster.members().size()) <= 2;
    boolean alone = settings.writer() == Settings.Writer.THIS && pair;
    String writer = alone ? member.id() : "";
    if (!roster.writer().equals(writer)) {
      // From one to another by way of none: any two steps have somebody in common.
      change(roster.writtenBy(roster.writer().isEmpty() ? writer : ""), List.of());
      return;
    }
    for (String id : member.sighted()) {
      boolean room = writer.isEmpty() || roster.members().size() < 2;
      long enough = Math.max(first, held.base().sequence());
      boolean known = roster.members().contains(id) || roster.forgotten().contains(id);
      if (room && !known && followers.matched(id) >= enough) {
        change(roster.with(id), List.of());
        return;
      }
    }
  }

  long began() {
    return began;
  }

  /** Whoever waits is told that nobody knows. */
  void end() {
    while (!pending.isEmpty()) {
      lose(pending.remove());
    }
  }

  private static void lose(Pending one) {
    one.answer().accept(one.lost());
  }
}
