package dev.nexusdelta.consensus;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/** How things stand, for people. */
final class Outlook {
  /** Milliseconds after which another cluster that was met counts as gone. */
  private static final long MET = 5000;

  /** Milliseconds for which people are told of a disk that was exchanged. */
  private static final long RELAPSED = 300_000;

  private final Member member;
  private final Map<String, Relapse> relapses = new TreeMap<>();
  private final Map<String, Stranger> strangers = new TreeMap<>();

  private record Relapse(Position told, Position has, long seen) {}

  private record Stranger(String cluster, int members, long met) {}

  Outlook(Member member) {
    this.member = member;
  }

  /** Somebody in sight belongs to another cluster. */
  void met(String id, String cluster, int members) {
    strangers.put(id, new Stranger(cluster, members, member.now()));
  }

  /** A follower lacks what it had told to have on its disk. */
  void relapsed(String id, Position told, Position has) {
    relapses.put(id, new Relapse(told, has, member.now()));
  }

  LedgerState state() {
    Held held = member.held();
    Tenure tenure = member.tenure();
    boolean leads = tenure != null && tenure.leads();
    Optional<String> leader =
        leads
            ? Optional.of(member.id())
            : member.led().map(Ballot::member).filter(id -> tenure == null);
    List<String> sighted = member.sighted();
    Set<String> all = new LinkedHashSet<>(held.roster().members());
    all.addAll(sighted);
    List<LedgerState.Seen> members = new ArrayList<>();
    for (String id : all) {
      Optional<Position> position =
          id.equals(member.id())
              ? Optional.of(held.position())
              : tenure == null ? Optional.empty() : tenure.followers().position(id);
      boolean belongs = held.roster().members().contains(id);
      members.add(new LedgerState.Seen(id, belongs, sighted.contains(id), position));
    }
    return new LedgerState(
        member.id(), leads, leader, members, held.base(), trouble(leader.isPresent()));
  }

  private Optional<String> trouble(boolean led) {
    if (member.isForgotten()) {
      return Optional.of(missing());
    }
    strangers.values().removeIf(stranger -> member.now() - stranger.met() > MET);
    if (!strangers.isEmpty()) {
      Map.Entry<String, Stranger> one = strangers.entrySet().iterator().next();
      return Optional.of(
          "member "
              + one.getKey()
              + " is in sight but belongs to another cluster ("
              + one.getValue().cluster()
              + " with "
              + one.getValue().members()
              + " members, this is "
              + member.held().cluster()
              + "): two clusters never become one by themselves; move the data folder of each"
              + " gateway of one of them away and start it again, told to join the other");
    }
    relapses.values().removeIf(relapse -> member.now() - relapse.seen() > RELAPSED);
    if (!relapses.isEmpty()) {
      Map.Entry<String, Relapse> one = relapses.entrySet().iterator().next();
      return Optional.of(
          "member "
              + one.getKey()
              + " came back with an older registry ("
              + one.getValue().has()
              + ") than it had told to have on disk ("
              + one.getValue().told()
              + "), as where a copy of its registry.db was put back: it counted as new and got from"
              + " here what it lacks; had this gateway been away, acknowledged changes could have"
              + " been lost. Never put back a registry.db: let the gateway join with an empty data"
              + " folder, and restore agents with nexus restore");
    }
    Optional<String> back = member.sighted().stream().filter(member.held()::forgot).findFirst();
    if (led && back.isPresent()) {
      return Optional.of(
          "member "
              + back.get()
              + " was forgotten by the cluster and is in sight again with its old data: it counts"
              + " for nothing; to join anew, give it an empty data folder");
    }
    Roster roster = member.held().roster();
    if (member.settings().writer() != Settings.Writer.NONE && roster.members().size() > 2) {
      return Optional.of(
          "cluster.writer is for a pair of gateways, but "
              + roster.members().size()
              + " belong to the cluster: leave it out");
    }
    return led ? Optional.empty() : Optional.of(missing());
  }

  /** Why nothing can be written. */
  String missing() {
    if (member.isForgotten()) {
      return "this gateway was forgotten by the cluster "
          + member.held().cluster()
          + ": to join anew, give it an empty data folder";
    }
    Roster roster = member.held().roster();
    if (member.settings().writer() == Settings.Writer.OTHER || !roster.writer().isEmpty()) {
      if (!roster.writer().equals(member.id())) {
        return "the gateway that alone may write (cluster.writer) is not there; start it, or name"
            + " another one";
      }
    }
    Set<String> here = new LinkedHashSet<>(member.sighted());
    int size = member.settings().size();
    Tenure tenure = member.tenure();
    if (tenure != null) {
      here.retainAll(tenure.followers().heard());
    }
    int present = roster.members().isEmpty() ? here.size() : roster.have(here);
    int needed = roster.needed(size);
    if (present < needed) {
      return present
          + " of the "
          + Math.max(size, roster.members().size())
          + " gateways are there, "
          + needed
          + " are needed to write; start the others";
    }
    return "no gateway leads at the moment; try again in a few seconds";
  }
}
