package dev.nexusdelta.health;

import java.time.Duration;
import java.util.Optional;

/**
 * Decides from single observations how far a replica may be trusted. Pure.
 *
 * <p>One failure makes a healthy replica suspect, a second ejects it, two good probes in a row
 * bring it back. An ejection by a broken call also holds for a second: a health route that answers
 * well while calls break must not clear it at once.
 */
public final class HealthMachine {
  private static final Duration FIRST_PROBE = Duration.ofMillis(25);
  private static final Duration CLOSE_WATCH = Duration.ofMillis(250);
  private static final Duration CALL_HOLD = Duration.ofSeconds(1);
  private static final Duration LONGEST_EJECTION = Duration.ofSeconds(30);
  private static final double GROWTH = 1.25;
  private static final int GROWTH_STEPS = 11;
  private static final int GOOD_PROBES = 2;

  private HealthMachine() {}

  /**
   * The state after {@code signal}.
   *
   * @param now monotonic nanoseconds
   */
  public static HealthState next(
      HealthState state, Signal signal, HealthSettings settings, long now) {
    if (state.phase() == Phase.DRAINING) {
      return state;
    }
    return switch (signal.kind()) {
      case DRAIN -> state.to(Phase.DRAINING, now, signal.reason());
      case PROBE_OK -> good(state, now);
      case PROBE_FAILED, CALL_BROKE -> bad(state, signal, now);
    };
  }

  private static HealthState good(HealthState state, long now) {
    return switch (state.phase()) {
      case STARTING -> state.to(Phase.HEALTHY, now, "");
      case SUSPECT, EJECTED -> {
        int streak = state.streak() + 1;
        boolean held = state.phase() == Phase.EJECTED && now - state.holdUntil() < 0;
        yield streak >= GOOD_PROBES && !held
            ? state.to(Phase.HEALTHY, now, "")
            : new HealthState(
                state.phase(), state.since(), streak, 0, state.holdUntil(), state.reason());
      }
      case HEALTHY, DRAINING -> state;
    };
  }

  private static HealthState bad(HealthState state, Signal signal, long now) {
    boolean call = signal.kind() == Signal.Kind.CALL_BROKE;
    long hold = call ? now + CALL_HOLD.toNanos() : state.holdUntil();
    return switch (state.phase()) {
      case STARTING ->
          new HealthState(
              Phase.STARTING,
              state.since(),
              0,
              Math.min(state.probes() + 1, GROWTH_STEPS),
              state.holdUntil(),
              signal.reason());
      case HEALTHY -> state.to(Phase.SUSPECT, now, signal.reason());
      case SUSPECT -> new HealthState(Phase.EJECTED, now, 0, 0, hold, signal.reason());
      case EJECTED -> new HealthState(Phase.EJECTED, state.since(), 0, 0, hold, signal.reason());
      case DRAINING -> state;
    };
  }

  /** How long to wait before the next probe; long for one that drains, which needs none. */
  public static Duration probeDelay(HealthState state, HealthSettings settings) {
    return switch (state.phase()) {
      case STARTING -> {
        double growth = Math.pow(GROWTH, state.probes());
        long nanos = Math.round(FIRST_PROBE.toNanos() * growth);
        yield Duration.ofNanos(Math.min(nanos, CLOSE_WATCH.toNanos()));
      }
      case SUSPECT, EJECTED ->
          settings.interval().compareTo(CLOSE_WATCH) < 0 ? settings.interval() : CLOSE_WATCH;
      case HEALTHY, DRAINING -> settings.interval();
    };
  }

  /** Why the replica should be replaced by another now; empty while there is hope. */
  public static Optional<String> hopeless(HealthState state, HealthSettings settings, long now) {
    Duration in = Duration.ofNanos(now - state.since());
    if (state.phase() == Phase.STARTING && in.compareTo(settings.start()) >= 0) {
      return Optional.of(
          "not ready within " + seconds(settings.start()) + " (health.start)" + because(state));
    }
    Duration patience =
        settings.start().compareTo(LONGEST_EJECTION) > 0 ? settings.start() : LONGEST_EJECTION;
    if (state.phase() == Phase.EJECTED && in.compareTo(patience) >= 0) {
      return Optional.of("unhealthy for " + seconds(in) + because(state));
    }
    return Optional.empty();
  }

  private static String because(HealthState state) {
    return state.reason().isEmpty() ? "" : ": " + state.reason();
  }

  private static String seconds(Duration duration) {
    long millis = duration.toMillis();
    return millis % 1000 == 0 || millis > 10_000 ? millis / 1000 + " s" : millis + " ms";
  }
}
