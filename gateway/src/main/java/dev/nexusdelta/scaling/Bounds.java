package dev.nexusdelta.scaling;

/**
 * What binds a wanted number, last of all.
 *
 * @param replicas so many may be
 * @param by what binds, such as {@code max 8}; empty = nothing
 */
record Bounds(int replicas, String by) {
  /** So many more than are ready may be wanted. */
  static final int STEP = 10;

  /** Or so many times as many as are ready, if that is more. */
  static final int STEP_FACTOR = 4;

  /**
   * Binds a number of replicas.
   *
   * <p>One step goes up to ten more than are ready, or to four times as many: of what is ready, not
   * of what is wanted, so the next step waits until replicas of this one are there. 1 becomes 8 in
   * one step, but slow starters do not fill the host before the first of them has taken a call.
   */
  static Bounds bind(int wanted, ScalingInput input, ScalingSettings settings) {
    int desired = input.desired();
    Bounds bounds = new Bounds(wanted, "");
    long step = Math.max((long) input.ready() + STEP, (long) input.ready() * STEP_FACTOR);
    bounds = bounds.atMost(Math.max(desired, step), "a step from " + input.ready() + " ready");
    if (bounds.replicas < settings.min()) {
      bounds = new Bounds(settings.min(), "min " + settings.min());
    }
    bounds = bounds.atMost(settings.max(), "max " + settings.max());
    return bounds.atMost(Math.max(Math.min(desired, settings.max()), input.room()), input.roomBy());
  }

  private Bounds atMost(long most, String what) {
    return replicas > most ? new Bounds((int) most, what) : this;
  }

  /** For the end of a reason. */
  String text(int wanted) {
    if (by.isEmpty() || wanted == replicas) {
      return "";
    }
    return wanted > replicas ? ", bound by " + by + " (" + wanted + " wanted)" : ", bound by " + by;
  }
}
