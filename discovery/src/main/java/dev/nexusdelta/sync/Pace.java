package dev.nexusdelta.sync;

/**
 * How often an outside registry that says nothing is asked.
 *
 * @param probeMillis between two signs of life: an outage is to be over here soon after it is over
 *     outside
 * @param leastRereadMillis between two looks at all documents, where there are few
 * @param perAgentMillis longer for each agent: what is read costs
 */
public record Pace(long probeMillis, long leastRereadMillis, long perAgentMillis) {
  /** A sign of life each 10 s; at most a thousand documents a minute are read again. */
  public static final Pace USUAL = new Pace(10_000, 60_000, 60);

  /** Until all documents are read again. */
  long rereadMillis(int agents) {
    return Math.max(leastRereadMillis, agents * perAgentMillis);
  }
}
