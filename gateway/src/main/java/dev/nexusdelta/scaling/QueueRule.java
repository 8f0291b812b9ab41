package dev.nexusdelta.scaling;

import dev.nexusdelta.scaling.Decision.Wish;
import java.time.Duration;

/**
 * What calls that wait ask for, at once: they tell within a tenth of a second what means tell after
 * many. Never asks for fewer than there are.
 *
 * <p>A replica answers {@code places / service time} calls a second (Little's law); so many of them
 * are asked for as carry the newest rate and work off, within two seconds or the time of a start,
 * what will still wait when they are ready. But while replicas asked for before are still on their
 * way, the queue that grows meanwhile is no news: only the rate counts then, else slow starters
 * would come in floods.
 */
final class QueueRule {
  static final String NAME = "queue";

  /** Calls wait so long all the time, for a place that just gets free. */
  static final Duration PATIENCE = Duration.ofMillis(100);

  /** What has waited so long with all replicas ready waits for more than the figures say. */
  static final Duration STUCK = Duration.ofSeconds(1);

  /** How long a start may take that none is known of. */
  static final Duration UNKNOWN_START = Duration.ofSeconds(60);

  private static final double WORKED_OFF_SECONDS = 2;

  private final ScalingInput input;
  private final ScalingSettings settings;
  private final LoadSample load;

  private QueueRule(ScalingInput input, ScalingSettings settings) {
    this.input = input;
    this.settings = settings;
    this.load = input.load();
  }

  static Wish ask(ScalingState state, ScalingInput input, ScalingSettings settings, long now) {
    if (!waits(input.load())) {
      return new Wish(NAME, 0, waitingText(input.load()));
    }
    QueueRule rule = new QueueRule(input, settings);
    return rule.onTheirWay(state, now) ? rule.byRate() : rule.byQueue(state, now);
  }

  /** Whether a call has waited for longer than is usual. */
  static boolean waits(LoadSample load) {
    return load.waiting() > 0 && load.oldestWait().compareTo(PATIENCE) >= 0;
  }

  /**
   * Replicas that were asked for are missing. Where the host does not even start them, asking for
   * more does not help; where it does, they get their time.
   */
  private boolean onTheirWay(ScalingState state, long now) {
    int missing = input.desired() - input.ready();
    return missing > 0
        && (input.starting() < missing
            || ScalingState.within(state.raisedAt, startPatience().toNanos(), now));
  }

  private Duration startPatience() {
    Duration usual = input.startTime();
    return usual.isZero() ? UNKNOWN_START : usual.multipliedBy(3).dividedBy(2).plusSeconds(1);
  }

  private Wish byRate() {
    int wanted = Math.max(input.desired(), atLeast(load.last().rps()));
    String usual = input.startTime().isZero() ? "" : ", usually within " + usualStart();
    return new Wish(
        NAME,
        wanted,
        waitingText(load)
            + "; "
            + (input.desired() - input.ready())
            + " on their way"
            + usual
            + "; "
            + rateText());
  }

  private Wish byQueue(ScalingState state, long now) {
    if (!load.settled()) {
      return byTargetAlone(state, now);
    }
    double workedOff =
        Math.max(Math.max(WORKED_OFF_SECONDS, load.serviceSeconds()), startSeconds());
    int wanted = atLeast(load.last().rps() + left() / workedOff);
    String why = waitingText(load) + "; " + rateText();
    if (wanted <= input.desired() && stuck(state, now)) {
      wanted = input.desired() + 1;
      why += "; should do, but does not";
    }
    return new Wish(NAME, Math.max(wanted, input.desired()), why);
  }

  /**
   * How long calls take is not known, so neither is what the queue is worth. A rate that is out of
   * all proportion counts, and what has waited for longer than a process takes to become warm.
   */
  private Wish byTargetAlone(ScalingState state, long now) {
    double asked = load.last().rps() / settings.targetRps().orElse(Double.POSITIVE_INFINITY);
    int wanted = input.desired() + (stuck(state, now) ? 1 : 0);
    if (asked >= ScalingPolicy.PANIC * Math.max(1, input.ready())) {
      int byTarget = (int) Math.min(Integer.MAX_VALUE, Math.ceil(asked / Demand.HIGH));
      wanted = Math.max(wanted, Math.min(byTarget, load.inFlight()));
    }
    String untold =
        load.serviceSeconds() > 0 ? "first answers tell little" : "nothing answered yet";
    return new Wish(NAME, wanted, waitingText(load) + "; " + rateText() + "; " + untold);
  }

  /** Calls that will still wait when a replica started now is ready. */
  private double left() {
    double taken = input.ready() * throughput();
    return Math.max(0, load.waiting() - startSeconds() * Math.max(0, taken - load.last().rps()));
  }

  private double startSeconds() {
    return input.startTime().toNanos() / 1e9;
  }

  /** Calls a second that one replica answers. */
  private double throughput() {
    return settings.places() / load.serviceSeconds();
  }

  /** For so many calls a second; no more replicas than the calls of now can keep busy. */
  private int atLeast(double rps) {
    int wanted = Math.min(byThroughput(rps), divided(load.inFlight(), settings.places()));
    int byTargets = Demand.of(load.last(), input, settings).replicas(Demand.HIGH);
    return Math.max(wanted, Math.min(byTargets, load.inFlight()));
  }

  private int byThroughput(double rps) {
    if (!load.settled()) {
      return 0;
    }
    return (int) Math.min(Integer.MAX_VALUE, Math.ceil(rps / (throughput() * Demand.HIGH)));
  }

  /** There is work for more than are there, and what is there has shown what it can do. */
  private boolean stuck(ScalingState state, long now) {
    return load.oldestWait().compareTo(STUCK) >= 0
        && divided(load.inFlight(), settings.places()) > input.desired()
        && showed(state, now);
  }

  /** All are ready, and the last of them were asked for long enough ago to have answered calls. */
  private boolean showed(ScalingState state, long now) {
    return input.ready() >= input.desired()
        && !ScalingState.within(state.raisedAt, startPatience().plusSeconds(2).toNanos(), now);
  }

  private String rateText() {
    return Figures.of(load.last().rps())
        + " calls/s"
        + (load.serviceSeconds() > 0
            ? " of " + Figures.of(seconds(load.serviceSeconds())) + " each"
            : "");
  }

  private String usualStart() {
    return Figures.of(input.startTime());
  }

  private static String waitingText(LoadSample load) {
    return load.waiting() == 0
        ? "none waits"
        : load.waiting() + " waiting, the first for " + Figures.of(load.oldestWait());
  }

  private static Duration seconds(double seconds) {
    return Duration.ofNanos((long) (seconds * 1e9));
  }

  private static int divided(int calls, int places) {
    return (calls + places - 1) / places;
  }
}
