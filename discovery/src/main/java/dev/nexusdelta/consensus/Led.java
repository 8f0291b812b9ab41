package dev.nexusdelta.consensus;

import java.util.Optional;

/** The leader that a member follows, and whether it lives. */
final class Led {
  private final Member member;
  private Ballot ballot = Ballot.NONE;
  private long heard;

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

  /** Its ballot, unless it is silent, out of sight, or another one was promised. */
  Optional<Ballot> living() {
    boolean lives =
        ballot.round() > 0
            && ballot.equals(member.held().promised())
            && member.now() - heard < member.pace().silence()
            && member.sighted().contains(ballot.member());
    return lives ? Optional.of(ballot) : Optional.empty();
  }
}
