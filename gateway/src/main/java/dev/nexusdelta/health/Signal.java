package dev.nexusdelta.health;

/**
 * One observation of a replica.
 *
 * @param reason what was seen, for people; empty when all is well
 */
public record Signal(Kind kind, String reason) {
  /** What was observed. */
  public enum Kind {
    /** A probe was answered as ready. */
    PROBE_OK,
    /** A probe was refused, broken, too slow, or answered as not ready. */
    PROBE_FAILED,
    /** A caller's connection or protocol broke. */
    CALL_BROKE,
    /** It treats its calls worse than its peers do, by {@link Outliers}. */
    OUTLIER,
    /** It shall take no new calls from now on. */
    DRAIN
  }

  /** A good probe. */
  public static Signal probeOk() {
    return new Signal(Kind.PROBE_OK, "");
  }

  /** A failed probe. */
  public static Signal probeFailed(String reason) {
    return new Signal(Kind.PROBE_FAILED, reason);
  }

  /** A broken call. */
  public static Signal callBroke(String reason) {
    return new Signal(Kind.CALL_BROKE, reason);
  }

  /** An outlier. */
  public static Signal outlier(String reason) {
    return new Signal(Kind.OUTLIER, reason);
  }

  /** The wish to drain. */
  public static Signal drain(String reason) {
    return new Signal(Kind.DRAIN, reason);
  }
}
