package dev.nexusdelta.scaling;

import dev.nexusdelta.scaling.Decision.Wish;
import java.time.Duration;

/**
 * How many replicas may be taken away: what is left must have been enough, at 70 % of its targets,
 * for the busiest moment of a whole window. At most half at a time and 2 s apart, so that a mistake
 * shows before it is complete; the last one only after a window without any call.
 */
final class DownRule {
  static final String NAME = "down";
  static final Duration PACE = Duration.ofSeconds(2);

  private DownRule() {}

  /**
   * The wish, not above {@link ScalingInput#desired()}.
   *
   * @param state knows the peak of the window already
   * @param up what the rules that only ask for more want
   */
  static Wish ask(
      ScalingState state, int up, ScalingInput input, ScalingSettings settings, long now) {
    int desired = input.desired();
    int enough = Math.max(up, state.peak.highest());
    if (enough >= desired && desired > 0) {
      return new Wish(NAME, desired, "none to spare: " + enough + " by the peak of the window");
    }
    if (enough == 0 && desired > 0 && !mayBeNone(state, input, settings, now)) {
      enough = 1;
    }
    enough = Math.max(enough, settings.min());
    String peak = Figures.replicas(enough) + " did for " + Figures.of(settings.window());
    if (enough >= desired) {
      return new Wish(NAME, desired, peak);
    }
    String held = held(state, input, settings, now);
    if (!held.isEmpty()) {
      return new Wish(NAME, desired, peak + "; " + held);
    }
    return new Wish(NAME, Math.max(enough, desired - Math.max(1, desired / 2)), peak);
  }

  private static boolean mayBeNone(
      ScalingState state, ScalingInput input, ScalingSettings settings, long now) {
    return settings.min() == 0
        && input.load().inFlight() == 0
        && input.load().quiet().compareTo(settings.window()) >= 0
        && now - state.since >= settings.window().toNanos();
  }

  private static String held(
      ScalingState state, ScalingInput input, ScalingSettings settings, long now) {
    if (state.holdsDown && now - state.since < settings.window().toNanos()) {
      return "held until a whole window has been seen";
    }
    if (QueueRule.waits(input.load())) {
      return "held while calls wait";
    }
    if (ScalingState.within(state.loweredAt, PACE.toNanos(), now)) {
      return "held for " + Figures.of(PACE) + " after the last";
    }
    return "";
  }
}
