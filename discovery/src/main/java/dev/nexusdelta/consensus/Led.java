package dev.nexusdelta.consensus;

import java.util.Optional;

/** The leader that a member follows, whether it lives, and whether there can be one at all. */
final class Led {
  private final Member member;
  private Ballot ballot = Ballot.NONE;
  private long heard;
  private boolean forgotten;

  Led(Member member) {
    this.member = member;
  }

  void heard(Ballot leader, long now) {
    ballot = leader;
    heard = now;
  }

  /** This process was frozen: what it has not heard meanwhile says nothing of others. */
  void thaw(long now) {
    heard = now;
  }

  void forget() {
    ballot = Ballot.NONE;
  }

  /** That cluster has taken this member out for good; true if this is news. */
  boolean forgottenBy(String cluster) {
    Held held = member.held();
    boolean news = held.founded() && held.cluster().equals(cluster) && !isForgotten();
    forgotten |= news;
    return news;
  }

  /** Whether the member was taken out, as it was told or as its own table says. */
  boolean isForgotten() {
    return forgotten || member.held().forgot(member.id());
  }

  /** Its ballot, unless it is silent, out of sight, or another one was promised. */
  Optional<Ballot> living() {
    boolean lives =
        ballot.round() > 0
            && !isForgotten()
            && ballot.equals(member.held().promised())
            && member.now() - heard < member.pace().silence()
            && member.sighted().contains(ballot.member());
    return lives ? Optional.of(ballot) : Optional.empty();
  }
}
