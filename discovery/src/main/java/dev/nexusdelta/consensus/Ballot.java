package dev.nexusdelta.consensus;

/**
 * The number of an attempt to lead. Only the member that is named in it ever leads in it.
 *
 * @param round from 1; 0 = none yet
 */
public record Ballot(long round, String member) implements Comparable<Ballot> {
  /** Lower than every attempt. */
  public static final Ballot NONE = new Ballot(0, "");

  @Override
  public int compareTo(Ballot other) {
    int rounds = Long.compare(round, other.round);
    return rounds != 0 ? rounds : member.compareTo(other.member);
  }

  /** Whether this one is the higher. */
  boolean above(Ballot other) {
    return compareTo(other) > 0;
  }
}
