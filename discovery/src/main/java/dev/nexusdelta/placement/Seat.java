package dev.nexusdelta.placement;

import org.jspecify.annotations.Nullable;

/** One agent's place on one host, while its shares are decided. */
final class Seat {
  /** Whether a host can run the agent. */
  enum Ability {
    /** It can take more. */
    ABLE,
    /** What it could not start may come up yet. */
    FAILING,
    /** It is to run none of it. */
    UNFIT,
    /** It is to run nothing. */
    DRAINING,
    /** It does not know this revision yet: what it has stays, until it has said what it can do. */
    UNHEARD,
    /** It is away: what it had counts as there. */
    LOST
  }

  final String gateway;
  final Ability ability;

  /** What it has, as far as it has been told. */
  final int have;

  final int ready;

  /** Why it is not able; empty text if it is. */
  final String reason;

  /** Null = lost. */
  private final @Nullable HostRoom room;

  private final long memory;
  int share;

  private Seat(
      String gateway,
      Ability ability,
      int have,
      int ready,
      String reason,
      @Nullable HostRoom room,
      long memory) {
    this.gateway = gateway;
    this.ability = ability;
    this.have = have;
    this.ready = ready;
    this.reason = reason;
    this.room = room;
    this.memory = memory;
    give(have);
  }

  static Seat lost(String gateway, int had) {
    String reason = "it has left; what it ran counts as there for a while";
    return new Seat(gateway, Ability.LOST, had, had, reason, null, 0);
  }

  /**
   * One on a host that is there.
   *
   * @param sent whether another host sends the wanted code
   */
  static Seat of(
      Need need, HostRoom room, HostedAgent hosted, int have, boolean sent, boolean failing) {
    boolean engineMissing = need.container() && !room.report().kinds().contains("docker");
    String noCode = sent ? "" : noCode(need, hosted);
    Ability ability = Ability.ABLE;
    String reason = "";
    if (engineMissing) {
      ability = Ability.UNFIT;
      reason = "host docker is wanted, its host is " + String.join(", ", room.report().kinds());
    } else if (room.draining()) {
      ability = Ability.DRAINING;
      reason = "draining";
    } else if (!noCode.isEmpty() && hosted.revision() < need.revision()) {
      ability = Ability.UNHEARD;
    } else if (!noCode.isEmpty()) {
      ability = Ability.UNFIT;
      reason = noCode;
    } else if (failing) {
      ability = Ability.FAILING;
      reason = "start failed: " + hosted.failure();
    }
    String gateway = room.report().gateway();
    return new Seat(gateway, ability, have, hosted.ready(), reason, room, need.memory());
  }

  private static String noCode(Need need, HostedAgent hosted) {
    // What serves the wanted release holds its code, whatever is in the folder by now.
    boolean serves = hosted.revision() >= need.revision() && hosted.target() > 0;
    if (need.container() || need.code().isEmpty() || need.code().equals(hosted.code()) || serves) {
      return "";
    }
    return hosted.code().isEmpty() ? "holds no code of it" : "holds other code of it";
  }

  boolean may(Ability wanted) {
    return ability == wanted;
  }

  /** Whether one more fits there. */
  boolean hasRoom() {
    return room != null && room.fits(memory);
  }

  /** So many more, or (negative) fewer. */
  void give(int count) {
    share += count;
    if (room != null) {
      room.add(count, memory);
    }
  }

  /** How many of its share take calls. */
  int serving() {
    return Math.min(ready, share);
  }

  /** Replicas of the agent per processor. */
  double crowd(int more) {
    return (share + more) / (double) (room == null ? 1 : room.report().cpus());
  }

  /** Replicas of all agents per processor. */
  double allCrowd(int more) {
    return room == null ? 0 : room.crowd(more);
  }
}
