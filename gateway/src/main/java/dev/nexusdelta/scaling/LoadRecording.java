package dev.nexusdelta.scaling;

/**
 * The newest seconds of one agent's load, oldest first: for showing and for {@link Replay}.
 * Immutable; at most {@link #LONGEST} seconds.
 */
public final class LoadRecording {
  /** Seconds kept. */
  public static final int LONGEST = 900;

  /** Of an agent without load. */
  public static final LoadRecording NONE = new LoadRecording();

  /** How many seconds there are; the last is the newest that anything was filed in. */
  public int seconds() {
    return 0;
  }

  /** Calls that came in a second. */
  public int arrivals(int second) {
    return 0;
  }

  /** Calls in flight, as mean over a second. */
  public double concurrency(int second) {
    return 0;
  }

  /** Mean seconds from sending to the head of an answer; 0 = nothing was answered. */
  public double serviceSeconds(int second) {
    return 0;
  }

  /** Most calls that waited for a replica. */
  public int waiting(int second) {
    return 0;
  }
}
