package dev.nexusdelta.health;

import java.time.Duration;
import java.util.Optional;

/**
 * Decides from single observations how far a replica may be trusted. Pure.
 *
 * <p>One failure makes a healthy replica suspect, a second ejects it, two good probes in a row
 * bring it back. After a broken call not within a second: a health route that answers well while
 * calls break must not clear it at once. An outlier is ejected at once and for longer each time;
 * what it did before is forgotten step by step while it is healthy.
 */
public final class HealthMachine {
  private static final Duration FIRST_PROBE = Duration.ofMillis(25);
  private static final Duration CLOSE_WATCH = Duration.ofMillis(250);
  private static final Duration CALL_HOLD = Duration.ofSeconds(1);
  private static final Duration LONGEST_EJECTION = Duration.ofSeconds(30);
  private static final Duration FORGIVING = Duration.ofSeconds(30);
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
      case OUTLIER -> outlier(state, signal, now);
    };
  }

  private static HealthState outlier(HealthState state, Signal signal, long now) {
    if (state.phase() != Phase.HEALTHY && state.phase() != Phase.SUSPECT) {
      return state;
    }
    long forgiven =
        state.phase() == Phase.HEALTHY ? (now - state.since()) / FORGIVING.toNanos() : 0;
    int before = (int) Math.max(0, state.outliers() - forgiven);
    return new HealthState(
        Phase.EJECTED,
        now,
        0,
        0,
        now + Outliers.hold(before).toNanos(),
        before + 1,
        signal.reason());
  }

  private static HealthState good(HealthState state, long now) {
    return switch (state.phase()) {
      case STARTING -> state.to(Phase.HEALTHY, now, "");
      case SUSPECT, EJECTED -> {
        int streak = state.streak() + 1;
        boolean held = now - state.holdUntil() < 0;
        yield streak >= GOOD_PROBES && !held
            ? state.to(Phase.HEALTHY, now, "")
            : new HealthState(
                state.phase(),
                state.since(),
                streak,
                0,
                state.holdUntil(),
                state.outliers(),
                state.reason());
      }
      case HEALTHY, DRAINING -> state;
    };
  }

  private static HealthState bad(HealthState state, Signal signal, long now) {
    boolean call = signal.kind() == Signal.Kind.CALL_BROKE;
    long held = state.holdUntil();
    long least = now + CALL_HOLD.toNanos();
    long hold = call && least - held > 0 ? least : held;
    return switch (state.phase()) {
      case STARTING ->
          new HealthState(
              Phase.STARTING,
              state.since(),
              0,
              Math.min(state.probes() + 1, GROWTH_STEPS),
              state.holdUntil(),
              state.outliers(),
              signal.reason());
      case HEALTHY ->
          new HealthState(
              Phase.SUSPECT, now, 0, 0, call ? least : now, state.outliers(), signal.reason());
      case SUSPECT ->
          new HealthState(Phase.EJECTED, now, 0, 0, hold, state.outliers(), signal.reason());
      case EJECTED ->
          new HealthState(
              Phase.EJECTED, state.since(), 0, 0, hold, state.outliers(), signal.reason());
      case DRAINING -> state;
    };
  }

  /** Time from the begin of a probe to the next one; long for one that drains, which needs none. */
  public static Duration probeDelay(HealthState state, HealthSettings settings) {
    return switch (state.phase()) {
      case STARTING -> {
        double growth = Math.pow(GROWTH, state.probes());
        long nanos = Math.round(FIRST_PROBE.toNanos() * growth);
        yield Duration.ofNanos(Math.min(nanos, CLOSE_WATCH.toNanos()));
      }
      case SUSPECT -> closely(settings);
      // One that answers well only waits for its time to pass.
      case EJECTED -> state.streak() >= GOOD_PROBES ? settings.interval() : closely(settings);
      case HEALTHY, DRAINING -> settings.interval();
    };
  }

  private static Duration closely(HealthSettings settings) {
    return settings.interval().compareTo(CLOSE_WATCH) < 0 ? settings.interval() : CLOSE_WATCH;
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
    // An outlier that answers its probes is better than a gap: another one may be no faster.
    boolean silent = state.streak() == 0;
    if (state.phase() == Phase.EJECTED && silent && in.compareTo(patience) >= 0) {
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
