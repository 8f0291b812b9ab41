package dev.nexusdelta.scaling;

import java.time.Duration;

/**
 * The load of one agent at all gateways together, as it is at one moment.
 *
 * @param known false while a gateway that serves has been silent for too long: nothing may be
 *     concluded from the figures then
 * @param stable means over the stable window
 * @param brief means over the short window
 * @param last means over the time that the newest reports cover
 * @param serviceSeconds mean time that a call keeps a place of a replica: from sending to the head
 *     of its answer, or more where the calls in flight show that answers stream; over the short
 *     window, or the stable one if nothing was answered in the short one; 0 if in that neither
 * @param settled whether answers have come for more than a second, so that their time says what
 *     calls take: the first calls in a cold process take many times that
 * @param inFlight calls in flight now, those that wait too
 * @param waiting calls of these that wait for a replica
 * @param oldestWait how long the first of these has waited
 * @param quiet since when there has been no call at all
 */
public record LoadSample(
    boolean known,
    Mean stable,
    Mean brief,
    Mean last,
    double serviceSeconds,
    boolean settled,
    int inFlight,
    int waiting,
    Duration oldestWait,
    Duration quiet) {

  /**
   * Means over a window.
   *
   * @param rps calls that came, a second
   * @param concurrency calls in flight
   */
  public record Mean(double rps, double concurrency) {
    /** Nothing. */
    public static final Mean ZERO = new Mean(0, 0);
  }
}
