package dev.nexusdelta.consensus;

/**
 * How long what takes, in milliseconds.
 *
 * @param heartbeat between a leader's signs of life
 * @param silence after which a leader counts as lost, and a majority as not there
 * @param rank that the next oldest waits longer before it tries to lead
 * @param patience with one write
 */
public record Pace(long heartbeat, long silence, long rank, long patience) {
  /** In a local network. */
  public static final Pace USUAL = new Pace(500, 1600, 1000, 5000);

  /** Between two looks at the clock. */
  long tick() {
    return Math.max(1, heartbeat / 5);
  }
}
