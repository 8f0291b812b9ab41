package dev.nexusdelta.proxy;

import org.jspecify.annotations.Nullable;

/**
 * The times of one call: its one deadline and, once an answer may outlast that, how long it may
 * pause. Only one of the two runs at any moment. Stays on one event loop.
 */
final class CallClock {
  private final Lane lane;
  private final long startNanos;
  private final long idleNanos;
  private final Listener listener;
  private TimeLimit limit;
  private final Alarms.Alarm deadline;
  private Alarms.@Nullable Alarm pause;
  private long progressNanos;
  private boolean stopped;

  /** What happens when time is up. */
  interface Listener {
    /** The deadline has passed. */
    void deadlinePassed();

    /** Nothing of the answer has moved for {@code limits.idle}. */
    void idlePassed();
  }

  CallClock(Lane lane, CallHead head, Listener listener) {
    this.lane = lane;
    this.startNanos = head.startNanos();
    this.idleNanos = head.agent().manifest().limits().idle().toNanos();
    this.limit = head.limit();
    this.listener = listener;
    this.deadline = new Alarms.Alarm(listener::deadlinePassed);
  }

  /** The limit that binds. */
  TimeLimit limit() {
    return limit;
  }

  /** Whether a limit that the manifest set has passed by now, be the alarm still to come. */
  boolean hasOwnPassed() {
    return limit.own() && lane.now() - endNanos() >= 0;
  }

  /** When the time is up, monotonic. */
  long endNanos() {
    return startNanos + limit.nanos();
  }

  /** Waits for the deadline from now on. */
  void awaitDeadline() {
    lane.alarms().stop(pause);
    lane.alarms().set(deadline, endNanos());
  }

  /** Another limit, if it is tighter. */
  void tighten(TimeLimit other) {
    if (other.nanos() < limit.nanos()) {
      limit = other;
      awaitDeadline();
    }
  }

  /** From now on only pauses count. */
  void awaitIdle() {
    lane.alarms().stop(deadline);
    progress();
    pause = new Alarms.Alarm(this::idle);
    lane.alarms().set(pause, progressNanos + idleNanos);
  }

  /** Something of the answer has moved. */
  void progress() {
    progressNanos = lane.now();
  }

  /** Nothing is waited for any more. */
  void stop() {
    stopped = true;
    lane.alarms().stop(deadline);
    lane.alarms().stop(pause);
  }

  private void idle() {
    Alarms.Alarm again = pause;
    if (stopped || again == null) {
      return;
    }
    long left = progressNanos + idleNanos - lane.now();
    if (left > 0) {
      lane.alarms().set(again, progressNanos + idleNanos);
    } else {
      listener.idlePassed();
    }
  }
}
