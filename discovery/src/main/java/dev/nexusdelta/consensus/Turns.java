package dev.nexusdelta.consensus;

import java.util.List;
import java.util.Optional;
import java.util.random.RandomGenerator;

/**
 * Whose turn it is to try to lead while nobody does: the oldest in sight that belongs to the
 * cluster at once, each further one later.
 */
final class Turns {
  private final Member member;

  /** When somebody led last. */
  private long led;

  private long notBefore;

  /** The highest round that was ever met. */
  private long highest;

  Turns(Member member) {
    this.member = member;
    this.led = member.now();
  }

  void led(long now) {
    led = now;
  }

  void saw(Ballot ballot) {
    highest = Math.max(highest, ballot.round());
  }

  /** An attempt has failed: two that disturb each other are not to do so again. */
  void backOff(RandomGenerator random) {
    long beat = member.pace().heartbeat();
    notBefore = member.now() + beat / 2 + random.nextLong(beat);
  }

  /** The ballot to try with, if it is this one's turn. */
  Optional<Ballot> ballot() {
    long now = member.now();
    if (now < notBefore || member.led().isPresent() || member.isForgotten() || !may()) {
      return Optional.empty();
    }
    List<String> belonging = member.held().roster().members();
    List<String> ranks =
        belonging.isEmpty()
            ? member.sighted()
            : member.sighted().stream().filter(belonging::contains).toList();
    boolean writes = member.settings().writer() == Settings.Writer.THIS;
    int rank = writes ? 0 : ranks.indexOf(member.id());
    if (rank < 0 || now - led < rank * member.pace().rank()) {
      return Optional.empty();
    }
    highest = Math.max(highest, member.held().promised().round());
    return Optional.of(new Ballot(highest + 1, member.id()));
  }

  private boolean may() {
    Roster roster = member.held().roster();
    Settings settings = member.settings();
    boolean anothers = !roster.writer().isEmpty() && !roster.writer().equals(member.id());
    if (settings.writer() == Settings.Writer.OTHER
        || anothers && settings.writer() != Settings.Writer.THIS) {
      return false;
    }
    if (!roster.members().isEmpty()) {
      return roster.members().contains(member.id());
    }
    int sighted = member.sighted().size();
    return sighted >= Roster.majority(settings.size()) && (!settings.joins() || sighted > 1);
  }
}
