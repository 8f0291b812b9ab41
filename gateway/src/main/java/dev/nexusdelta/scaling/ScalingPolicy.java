package dev.nexusdelta.scaling;

import dev.nexusdelta.scaling.Decision.Wish;
import java.util.ArrayList;
import java.util.List;

/**
 * How many replicas an agent shall have. Pure; called every second, and at once when calls wait.
 *
 * <p>Every rule states its wish with its figures, in this order:
 *
 * <ol>
 *   <li>{@code stable}: replicas for the mean of the window, each at no more than 80 % of its
 *       target
 *   <li>{@code panic}: the same for the short window, once that is twice what the ready ones carry;
 *       for one window from then on no replica is taken away
 *   <li>{@code queue}: replicas for calls that wait, by the newest rate ({@link QueueRule})
 *   <li>{@code demand}: the first one, for a call that finds none
 *   <li>{@code down}: what the busiest moment of the window leaves to spare ({@link DownRule})
 * </ol>
 *
 * <p>The highest of the first four wins if it is more than there are, else {@code down} decides.
 * Between 70 and 80 % nothing changes. Then the step, {@code min}, {@code max} and the room in the
 * fleet bind ({@link Bounds}). Replicas that still start count as there: a decision is the number
 * wanted, so none is asked for twice.
 */
public final class ScalingPolicy {
  /** So many times what the ready replicas carry is panic. */
  static final double PANIC = 2;

  private ScalingPolicy() {}

  /**
   * A decision and what is to be remembered of it.
   *
   * @param state for the next decision
   * @param decision what shall become of the replicas
   */
  public record Step(ScalingState state, Decision decision) {}

  /**
   * Decides.
   *
   * @param state of the decision before, or a fresh one
   * @param nowNanos reading of a monotonic clock
   */
  public static Step decide(
      ScalingState state, ScalingInput input, ScalingSettings settings, long nowNanos) {
    int desired = input.desired();
    if (!input.load().known()) {
      return new Step(
          state.blind(desired, settings.window().toNanos(), nowNanos),
          new Decision.NoData(desired, "hold " + desired + ": a gateway has not reported"));
    }
    Demand stable = Demand.of(input.load().stable(), input, settings);
    Demand brief = Demand.of(input.load().brief(), input, settings);
    ScalingState seen = seen(state, brief, input, settings, nowNanos);
    boolean panics = ScalingState.within(seen.panickedAt, settings.window().toNanos(), nowNanos);

    List<Wish> wishes = new ArrayList<>(6);
    wishes.add(stable(stable, settings));
    wishes.add(panic(brief, panics, input, settings));
    wishes.add(QueueRule.ask(seen, input, settings, nowNanos));
    wishes.add(demand(input));
    int most = highest(wishes);
    Wish up = wishes.get(most);
    if (up.replicas() > desired) {
      String cause = most == 0 ? stable.rule() : up.rule();
      return bound(seen, up, cause, wishes, input, settings, nowNanos);
    }
    if (panics) {
      Wish held = new Wish(DownRule.NAME, desired, "held in panic");
      wishes.add(held);
      return bound(seen, held, "panic", wishes, input, settings, nowNanos);
    }
    int calm = Math.max(wishes.get(0).replicas(), wishes.get(3).replicas());
    Wish down = DownRule.ask(seen, calm, input, settings, nowNanos);
    wishes.add(down);
    String cause = down.replicas() == 0 && desired > 0 ? "quiet" : "stable";
    return bound(seen, down, cause, wishes, input, settings, nowNanos);
  }

  /** Remembers what the load of now asks for: replicas to keep for a window, and panic. */
  private static ScalingState seen(
      ScalingState state, Demand brief, ScalingInput input, ScalingSettings settings, long now) {
    LoadSample load = input.load();
    int enough = Demand.withPlaces(load.brief(), input, settings).replicas(Demand.LOW);
    // The short mean looks back already: together they cover one window, not more.
    long span = settings.window().minus(settings.briefWindow()).toNanos();
    ScalingState seen = state.needed(Math.min(enough, settings.max()), Math.max(span, 1), now);
    return brief.load() >= PANIC * Math.max(1, input.ready()) ? seen.panicked(now) : seen;
  }

  private static Wish stable(Demand stable, ScalingSettings settings) {
    String why = stable.figures() + " over " + Figures.of(settings.window());
    return new Wish("stable", stable.replicas(Demand.HIGH), why);
  }

  private static Wish panic(
      Demand brief, boolean panics, ScalingInput input, ScalingSettings settings) {
    String why = brief.figures() + " over " + Figures.of(settings.briefWindow());
    if (!panics) {
      String calm = ", less than twice what " + Math.max(1, input.ready()) + " ready carry";
      return new Wish("panic", 0, why + calm);
    }
    return new Wish("panic", brief.replicas(Demand.HIGH), why);
  }

  private static Wish demand(ScalingInput input) {
    boolean called = input.desired() == 0 && input.load().inFlight() > 0;
    return new Wish("demand", called ? 1 : 0, called ? "called, and none runs" : "none missing");
  }

  /** Of equal ones the last, which is the most urgent. */
  private static int highest(List<Wish> wishes) {
    int best = 0;
    for (int i = 1; i < wishes.size(); i++) {
      if (wishes.get(i).replicas() >= wishes.get(best).replicas()) {
        best = i;
      }
    }
    return best;
  }

  private static Step bound(
      ScalingState state,
      Wish wish,
      String cause,
      List<Wish> wishes,
      ScalingInput input,
      ScalingSettings settings,
      long now) {
    int desired = input.desired();
    Bounds bounds = Bounds.bind(wish.replicas(), input, settings);
    int replicas = bounds.replicas();
    String reason = replicas + ": " + wish.why() + bounds.text(wish.replicas());
    if (replicas != wish.replicas()) {
      wishes.add(new Wish("bound", replicas, bounds.by()));
    }
    if (replicas == desired) {
      String held = replicas == wish.replicas() ? cause : "bound";
      return new Step(state, new Decision.Hold(replicas, held, "hold " + reason, wishes));
    }
    String moved = wish.replicas() == desired ? "bound" : cause;
    ScalingState moves =
        replicas > desired ? raised(state, replicas, settings, now) : state.lowered(now);
    return new Step(moves, new Decision.ScaleTo(replicas, moved, reason, wishes));
  }

  /** What was asked for counts as needed for a window, however soon its reason is gone. */
  private static ScalingState raised(
      ScalingState state, int replicas, ScalingSettings settings, long now) {
    return state.raised(now).needed(replicas, settings.window().toNanos(), now);
  }
}
