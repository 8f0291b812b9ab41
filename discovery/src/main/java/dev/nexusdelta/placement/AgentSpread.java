package dev.nexusdelta.placement;

import dev.nexusdelta.placement.Seat.Ability;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Predicate;

/** The shares of one agent: beginning with what hosts have, as few changes as will do. */
final class AgentSpread {
  /** Where the next replica goes. */
  private static final Comparator<Seat> EMPTIEST =
      Comparator.comparingDouble((Seat seat) -> seat.crowd(1))
          .thenComparingDouble(seat -> seat.allCrowd(1))
          .thenComparing(seat -> seat.gateway);

  /** Where one is taken away: what is away, what is not ready, then the fullest. */
  private static final Comparator<Seat> SPARED =
      Comparator.comparing((Seat seat) -> !seat.may(Ability.LOST))
          .thenComparing(seat -> seat.serving() >= seat.share)
          .thenComparingDouble(seat -> -seat.crowd(0))
          .thenComparingDouble(seat -> -seat.allCrowd(0))
          .thenComparing(seat -> seat.gateway, Comparator.reverseOrder());

  private final Need need;
  private final List<Seat> seats;
  private boolean crowded;

  AgentSpread(Need need, List<Seat> seats) {
    this.need = need;
    this.seats = seats;
  }

  Spread place() {
    seats.forEach(AgentSpread::keepWhatMayStay);
    while (sum() > need.total()) {
      seats.stream().filter(seat -> seat.share > 0).min(SPARED).ifPresent(seat -> seat.give(-1));
    }
    fill(seat -> seat.may(Ability.ABLE), EMPTIEST);
    crowded = sum() < need.total();
    // Nobody else can: those that failed go on trying, where there are some already at first.
    fill(
        seat -> seat.may(Ability.FAILING),
        Comparator.comparing((Seat seat) -> seat.share >= seat.have).thenComparing(EMPTIEST));
    keepWhereNobodyElseCan();
    int unplaced = need.total() - sum();
    keepUntilOthersAreReady();
    return spread(unplaced);
  }

  private static void keepWhatMayStay(Seat seat) {
    int keep =
        switch (seat.ability) {
          case ABLE, UNHEARD, LOST -> seat.have;
          case FAILING -> Math.min(seat.have, seat.ready);
          case UNFIT, DRAINING -> 0;
        };
    seat.give(keep - seat.share);
  }

  private void fill(Predicate<Seat> able, Comparator<Seat> order) {
    while (sum() < need.total()) {
      Optional<Seat> next = seats.stream().filter(able).filter(Seat::hasRoom).min(order);
      if (next.isEmpty()) {
        return;
      }
      next.get().give(1);
    }
  }

  /** What is there stays rather than that calls find nothing. */
  private void keepWhereNobodyElseCan() {
    for (Ability ability : List.of(Ability.DRAINING, Ability.UNFIT)) {
      for (Seat seat : seats) {
        if (seat.may(ability)) {
          seat.give(Math.min(seat.have - seat.share, Math.max(0, need.total() - sum())));
        }
      }
    }
  }

  /** Of what moves, the old ones stay until the new ones take calls. */
  private void keepUntilOthersAreReady() {
    int missing = need.total() - seats.stream().mapToInt(Seat::serving).sum();
    for (Seat seat : seats) {
      if (seat.may(Ability.DRAINING) || seat.may(Ability.UNFIT)) {
        int spare = Math.min(seat.have, seat.ready) - seat.share;
        int kept = Math.max(0, Math.min(spare, missing));
        seat.give(kept);
        missing -= kept;
      }
    }
  }

  private Spread spread(int unplaced) {
    Map<String, Integer> shares = new TreeMap<>();
    Map<String, String> reasons = new TreeMap<>();
    boolean asked = seats.stream().noneMatch(seat -> seat.may(Ability.UNHEARD));
    for (Seat seat : seats) {
      if (seat.may(Ability.LOST) && seat.share == 0) {
        // Should it come back, it has what it has, as one that was never told anything.
        continue;
      }
      shares.put(seat.gateway, seat.share);
      String reason =
          crowded && seat.may(Ability.ABLE) && !seat.hasRoom() ? "no room: memory" : seat.reason;
      if (!reason.isEmpty() && need.total() > 0) {
        reasons.put(seat.gateway, reason);
      }
    }
    return new Spread(need.revision(), need.total(), shares, reasons, unplaced, asked);
  }

  private int sum() {
    return seats.stream().mapToInt(seat -> seat.share).sum();
  }
}
