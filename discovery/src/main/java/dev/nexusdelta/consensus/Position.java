package dev.nexusdelta.consensus;

/**
 * Where in the history of the table something stands: two tables at the same position have the same
 * history.
 *
 * @param ballot of the leader that wrote there
 * @param sequence grows by one with every write, over all ballots
 */
public record Position(Ballot ballot, long sequence) implements Comparable<Position> {
  /** Before the first write. */
  public static final Position START = new Position(Ballot.NONE, 0);

  @Override
  public int compareTo(Position other) {
    int ballots = ballot.compareTo(other.ballot);
    return ballots != 0 ? ballots : Long.compare(sequence, other.sequence);
  }

  /** The one that a leader of {@code by} writes after this one. */
  Position next(Ballot by) {
    return new Position(by, sequence + 1);
  }

  @Override
  public String toString() {
    return sequence
        + "@"
        + ballot.round()
        + (ballot.member().isEmpty() ? "" : "." + ballot.member());
  }
}
