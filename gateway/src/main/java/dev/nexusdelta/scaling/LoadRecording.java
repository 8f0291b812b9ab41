package dev.nexusdelta.scaling;

/**
 * The newest seconds of one agent's load, oldest first: for showing and for {@link Replay}. A copy
 * that no longer changes; at most {@link #LONGEST} seconds.
 */
public final class LoadRecording {
  /** Seconds kept: 15 minutes. */
  public static final int LONGEST = 900;

  /** Of an agent without load. */
  public static final LoadRecording NONE = new LoadRecording(0);

  private final int[] arrivals;
  private final int[] answered;
  private final int[] waiting;
  private final float[] callSeconds;
  private final float[] serviceSeconds;

  LoadRecording(int seconds) {
    arrivals = new int[seconds];
    answered = new int[seconds];
    waiting = new int[seconds];
    callSeconds = new float[seconds];
    serviceSeconds = new float[seconds];
  }

  /** Only while it is made. */
  void put(
      int second,
      int came,
      int answeredCalls,
      int waited,
      double callSecond,
      double serviceSecond) {
    arrivals[second] = came;
    answered[second] = answeredCalls;
    waiting[second] = waited;
    callSeconds[second] = (float) callSecond;
    serviceSeconds[second] = (float) serviceSecond;
  }

  /** How many seconds there are; the last one is the newest that any gateway reported in. */
  public int seconds() {
    return arrivals.length;
  }

  /** Calls that came in a second, from 0. */
  public int arrivals(int second) {
    return arrivals[second];
  }

  /** Call-seconds of a second: its mean of calls in flight, those that waited too. */
  public double concurrency(int second) {
    return callSeconds[second];
  }

  /** Mean time from sending to the head of an answer; 0 = nothing was answered. */
  public double serviceSeconds(int second) {
    return answered[second] == 0 ? 0 : serviceSeconds[second] / answered[second];
  }

  /** The most calls that waited for a replica when a gateway reported. */
  public int waiting(int second) {
    return waiting[second];
  }
}
