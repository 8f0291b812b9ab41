package dev.nexusdelta.consensus;

import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * An attempt to lead: collects promises, takes over the most advanced table among them, then leads.
 * It promises itself last, so that a leader that lives is not lost to an attempt that fails.
 */
final class Candidacy {
  private final Member member;
  private final Ballot ballot;
  private final long began;
  private final Set<String> asked = new LinkedHashSet<>();
  private final Map<String, Reply.Promised> promises = new HashMap<>();
  private int answers;
  private boolean decided;

  Candidacy(Member member, Ballot ballot, long began) {
    this.member = member;
    this.ballot = ballot;
    this.began = began;
  }

  Ballot ballot() {
    return ballot;
  }

  long began() {
    return began;
  }

  void begin() {
    asked.addAll(member.sighted());
    asked.addAll(member.held().roster().members());
    asked.remove(member.id());
    for (String other : List.copyOf(asked)) {
      member.send(other, new Request.Prepare(member.held().cluster(), ballot), new Promises(other));
    }
    look();
  }

  private final class Promises implements Reply.Answered {
    private final String from;

    Promises(String from) {
      this.from = from;
    }

    @Override
    public void promised(Reply.Promised reply) {
      promises.put(from, reply);
      counted();
    }

    @Override
    public void refused(Reply.Refused reply) {
      member.saw(reply.promised());
      counted();
    }

    @Override
    public void elsewhere(Reply.Elsewhere reply) {
      if (member.is(Candidacy.this) && !member.held().founded()) {
        // There is a cluster: it will take this one in.
        member.giveUp();
      }
      member.stranger(from, reply.cluster(), reply.members());
      counted();
    }

    @Override
    public void failed() {
      counted();
    }

    private void counted() {
      if (member.is(Candidacy.this) && !decided) {
        answers++;
        look();
      }
    }
  }

  private void look() {
    Set<String> those = new HashSet<>(promises.keySet());
    those.add(member.id());
    if (enough(those)) {
      decided = true;
      adopt(those);
    } else if (answers >= asked.size()) {
      member.giveUp();
    }
  }

  private boolean enough(Set<String> those) {
    if (!member.held().roster().members().isEmpty()) {
      return elects(those);
    }
    boolean begun =
        promises.values().stream().anyMatch(promise -> promise.position().sequence() > 0);
    // To begin a cluster, everybody in sight must have said that there is none.
    return (begun || promises.size() == asked.size())
        && mayFound(those)
        && (!member.settings().joins() || those.size() > 1);
  }

  /** Until a cluster's first write is committed, another beginning may have been. */
  private boolean elects(Set<String> those) {
    return member.held().roster().elects(those) && (member.held().founded() || mayFound(those));
  }

  private boolean mayFound(Set<String> those) {
    return those.size() >= Roster.majority(member.settings().size());
  }

  private void adopt(Set<String> those) {
    if (!member.promiseSelf(ballot)) {
      member.giveUp();
      return;
    }
    Held held = member.held();
    String best = member.id();
    Position most = held.position();
    for (Map.Entry<String, Reply.Promised> each : promises.entrySet()) {
      Reply.Promised promise = each.getValue();
      boolean counts = !held.founded() || promise.cluster().equals(held.cluster());
      if (counts && promise.position().compareTo(most) > 0) {
        best = each.getKey();
        most = promise.position();
      }
    }
    if (best.equals(member.id())) {
      lead(those);
    } else {
      member.pull(best, ballot, () -> lead(those), member::giveUp);
    }
  }

  private void lead(Set<String> those) {
    if (!member.is(this)) {
      return;
    }
    Roster roster = member.held().roster();
    if (roster.members().isEmpty()) {
      member.found(ballot, Roster.of(List.copyOf(new TreeSet<>(those))));
    } else if (roster.members().contains(member.id()) && elects(those)) {
      member.lead(ballot);
    } else {
      member.giveUp();
    }
  }
}
