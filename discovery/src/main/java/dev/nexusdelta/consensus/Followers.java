package dev.nexusdelta.consensus;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/** A leader's view of the others: sends them what they lack, and counts what they have. */
final class Followers {
  /** Characters of writes in one message, beyond which the next one waits for the next message. */
  private static final int MESSAGE_WEIGHT = 200_000;

  private static final int RECENT = 512;

  private final Member member;
  private final Held held;
  private final Tenure tenure;
  private final Map<String, Peer> peers = new TreeMap<>();

  /** Committed writes, for those who lag a little. */
  private final Deque<Batch> recent = new ArrayDeque<>();

  /** The position before the oldest recent one. */
  private Position before;

  Followers(Member member, Tenure tenure) {
    this.member = member;
    this.held = member.held();
    this.tenure = tenure;
    this.before = held.base();
  }

  /** Those who follow now, this one too. */
  Set<String> heard() {
    Set<String> heard = new HashSet<>();
    heard.add(member.id());
    peers.forEach(
        (id, peer) -> {
          if (member.now() - peer.heard < member.pace().silence()) {
            heard.add(id);
          }
        });
    return heard;
  }

  /** What that member has on disk, if that is known. */
  Optional<Position> position(String id) {
    Peer peer = peers.get(id);
    return peer == null || peer.matched.sequence() == 0
        ? Optional.empty()
        : Optional.of(peer.matched);
  }

  /** Up to where that member has this history on disk; -1 = not known. */
  long matched(String id) {
    Peer peer = peers.get(id);
    return peer == null ? -1 : peer.matched.sequence();
  }

  /** Those who have the write on disk; this one if it has {@code saved} so much. */
  Set<String> having(long sequence, long saved) {
    Set<String> those = new HashSet<>();
    if (saved >= sequence) {
      those.add(member.id());
    }
    peers.forEach(
        (id, peer) -> {
          if (peer.matched.sequence() >= sequence) {
            those.add(id);
          }
        });
    return those;
  }

  /** These are committed: they may be needed a little longer. */
  void remember(List<Batch> folded) {
    recent.addAll(folded);
    while (recent.size() > RECENT) {
      before = recent.remove().position();
    }
  }

  /** There may be something to tell everybody. */
  void spread() {
    Set<String> all = new TreeSet<>(held.roster().members());
    all.addAll(member.sighted());
    all.remove(member.id());
    List<String> forgotten = held.roster().forgotten();
    all.stream()
        .filter(held::forgot)
        .forEach(id -> member.send(id, new Request.Forgotten(held.cluster()), () -> {}));
    forgotten.forEach(all::remove);
    peers.keySet().retainAll(all);
    for (String id : all) {
      Peer peer = peers.computeIfAbsent(id, it -> new Peer());
      peer.due = true;
      pump(id, peer);
    }
  }

  private void pump(String id, Peer peer) {
    if (peer.inFlight || !peer.due) {
      return;
    }
    peer.inFlight = true;
    peer.due = false;
    Position previous = vouches(peer.known) ? peer.known : held.base();
    List<Batch> batches = peer.pull ? List.of() : after(previous);
    Request.Append append =
        new Request.Append(
            held.cluster(),
            tenure.ballot(),
            previous,
            batches,
            held.base(),
            peer.pull,
            held.roster().members().size(),
            member.settings().joins());
    if (append.last().sequence() < held.position().sequence() && !peer.pull) {
      peer.due = true;
    }
    member.send(id, append, new Progress(id, peer));
  }

  /** Whether that position is in this history, and the writes after it are still there. */
  private boolean vouches(Position position) {
    if (position.sequence() >= held.base().sequence()) {
      return held.holds(position);
    }
    return position.equals(before)
        || recent.stream().anyMatch(batch -> batch.position().equals(position));
  }

  private List<Batch> after(Position position) {
    List<Batch> batches = new ArrayList<>();
    int weight = 0;
    for (Iterable<Batch> some : List.of(recent, held.tail())) {
      for (Batch batch : some) {
        if (batch.position().sequence() > position.sequence() && weight < MESSAGE_WEIGHT) {
          batches.add(batch);
          weight += batch.weight();
        }
      }
    }
    return batches;
  }

  private final class Progress implements Reply.Answered {
    private final String id;
    private final Peer peer;

    Progress(String id, Peer peer) {
      this.id = id;
      this.peer = peer;
    }

    private boolean stale() {
      peer.inFlight = false;
      return !member.is(tenure) || peers.get(id) != peer;
    }

    @Override
    public void accepted(Reply.Accepted reply) {
      if (stale()) {
        return;
      }
      peer.heard = member.now();
      peer.pull = false;
      peer.known = reply.position();
      if (reply.position().sequence() > peer.matched.sequence()) {
        peer.matched = reply.position();
        tenure.advance();
      }
      pump(id, peer);
    }

    @Override
    public void lacking(Reply.Lacking reply) {
      if (stale()) {
        return;
      }
      peer.heard = member.now();
      boolean ours = reply.cluster().equals(held.cluster());
      if (reply.position().sequence() < peer.matched.sequence()) {
        // What it had told to be on its disk is not there any more: it counts as one that is new.
        member.relapsed(id, peer.matched, reply.position());
        peer.matched = Position.START;
      }
      if (ours && vouches(reply.position())) {
        peer.due |= !peer.known.equals(reply.position());
        peer.known = reply.position();
        peer.pull = false;
      } else {
        peer.due |= !peer.pull;
        peer.pull = true;
      }
      pump(id, peer);
    }

    @Override
    public void refused(Reply.Refused reply) {
      if (!stale()) {
        member.saw(reply.promised());
        member.stepDown();
      }
    }

    @Override
    public void elsewhere(Reply.Elsewhere reply) {
      if (!stale()) {
        member.stranger(id, reply.cluster(), reply.members());
      }
    }

    @Override
    public void failed() {
      stale();
    }
  }
}
